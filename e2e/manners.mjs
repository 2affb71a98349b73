// @ts-check
/**
 * What every page owes its reader, whatever it is about: nothing wrong in the console, nothing axe objects
 * to, no sideways scrolling on a phone or a desk, and the keyboard reaching the skip link first.
 */
import assert from 'node:assert/strict';
import { mkdir, readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join } from 'node:path';

/** @typedef {import('./house.mjs').Page} Page */

const axe = await readFile(createRequire(new URL('../web/package.json', import.meta.url)).resolve('axe-core/axe.min.js'), 'utf8');
const RULES = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'];
const WIDTHS = [390, 1440];

/** @type {WeakMap<Page, string[]>} */
const complaints = new WeakMap();

/**
 * Hears from now on what the browser complains about: errors, and what the content security policy blocked.
 * @param {Page} page
 */
export function listen(page) {
  /** @type {string[]} */
  const heard = [];
  complaints.set(page, heard);
  page.on('pageerror', (error) => heard.push(`${page.url()}: ${error.message}`));
  page.on('console', (message) => {
    // A page that says 403, 404 or 422 is a page like any other: the journey checks the status.
    const refused = /status of (403|404|422)/.test(message.text());
    if (message.type() === 'error' && !refused) heard.push(`${page.url()}: ${message.text()}`);
  });
  return page;
}

/**
 * Checks the page as it stands. `name` is that of its picture, made when `E2E_SHOTS` names a folder.
 * @param {Page} page
 * @param {string} name
 */
export async function behaves(page, name) {
  const size = page.viewportSize() ?? { width: 1440, height: 900 };
  for (const width of WIDTHS) {
    await page.setViewportSize({ width, height: width < 500 ? 844 : 900 });
    const [wide, inner] = await page.evaluate(() => [document.documentElement.scrollWidth, innerWidth]);
    assert.ok(wide <= inner, `${name} scrolls sideways at ${width} px: ${wide} px wide (${await widest(page)})`);
    await picture(page, `${name}-${width}`);
    assert.deepEqual(await violations(page), [], `${name} at ${width} px: accessibility`);
  }
  await page.setViewportSize(size);
  assert.deepEqual(complaints.get(page) ?? [], [], `${name}: the console`);
}

/**
 * Opens an address afresh and checks it, the keyboard's first step included.
 * @param {Page} page
 * @param {string} path
 * @param {string} name
 */
export async function visit(page, path, name) {
  const reply = await page.goto(path);
  await page.keyboard.press('Tab');
  const first = await page.evaluate(() => document.activeElement?.getAttribute('href'));
  assert.equal(first, '#main', `${name}: the first Tab reaches the skip link`);
  await behaves(page, name);
  return reply?.status() ?? 0;
}

/** @param {Page} page */
async function violations(page) {
  await page.evaluate(axe);
  return page.evaluate(async (rules) => {
    const { axe } = /** @type {any} */ (window);
    const found = await axe.run(document, { runOnly: rules, resultTypes: ['violations'] });
    return found.violations.map((/** @type {any} */ v) => {
      const { target, any, all } = v.nodes[0];
      const why = [...any, ...all].map((/** @type {any} */ check) => check.message).join('; ');
      return `${v.id} (${v.nodes.length}): ${target.join(' ')}: ${why}`;
    });
  }, RULES);
}

/** The element that sticks out furthest, for the message. @param {Page} page */
function widest(page) {
  return page.evaluate(() => {
    const all = [...document.querySelectorAll('body *')];
    const right = (/** @type {Element} */ e) => e.getBoundingClientRect().right;
    const out = all.filter((e) => right(e) > innerWidth + 1).sort((a, b) => right(b) - right(a))[0];
    return out ? `${out.tagName.toLowerCase()}.${out.className}` : 'nothing sticks out';
  });
}

/**
 * @param {Page} page
 * @param {string} name
 */
async function picture(page, name) {
  const folder = process.env.E2E_SHOTS;
  if (!folder) return;
  await mkdir(folder, { recursive: true });
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}
