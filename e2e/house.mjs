// @ts-check
/**
 * The house the journeys take place in: the real binary on a data folder of its own, and a browser.
 *
 * `LIREN` names the program and `CHROMIUM` the browser; `cargo xtask e2e` sets both.
 */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import playwright from '../web/node_modules/playwright-core/index.js';

/** @typedef {import('../web/node_modules/playwright-core/index.js').Browser} Browser */
/** @typedef {import('../web/node_modules/playwright-core/index.js').Page} Page */
/**
 * One line of `liren export people`.
 * @typedef {{ key: string, name: string, dwelling: string | null, id_number: string | null,
 *   id_state: string, status: string, residency: string }} Person
 */

const LIREN = process.env.LIREN || 'target/debug/liren';
const PASSWORD = 'liren-demo';
const FLAGS = [
  '--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run',
  '--disable-background-networking', '--disable-component-update', '--disable-sync',
];

export class House {
  /**
   * @param {string} folder
   * @param {Person[]} people everyone, as the command line tells it
   * @param {string} url
   * @param {import('node:child_process').ChildProcess} server
   * @param {Browser} browser
   */
  constructor(folder, people, url, server, browser) {
    this.folder = folder;
    this.people = people;
    this.url = url;
    this.server = server;
    this.browser = browser;
  }

  /** Builds the demo in a temporary folder, starts its server and a browser. */
  static async open() {
    const folder = await mkdtemp(join(tmpdir(), 'liren-e2e-'));
    await liren('demo', '--data', folder, '--no-serve');
    const lines = await liren('export', 'people', '--data', folder, '--format', 'json', '--unmasked');
    const people = lines.trim().split('\n').map((line) => JSON.parse(line));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const server = spawn(LIREN, ['serve', '--data', folder, '--port', String(port)], { stdio: 'ignore' });
    await answers(`${url}/healthz`, server);
    const browser = await playwright.chromium.launch({
      executablePath: process.env.CHROMIUM || '/usr/bin/chromium',
      args: FLAGS,
    });
    return new House(folder, people, url, server, browser);
  }

  /**
   * A page of a new browser session, at the sign-in form.
   * @param {{ width: number, height: number }} [viewport]
   */
  async arrive(viewport = { width: 1440, height: 900 }) {
    const context = await this.browser.newContext({ baseURL: this.url, viewport, locale: 'zh-CN' });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    await page.goto('/');
    return page;
  }

  /**
   * A page of somebody who has signed in.
   * @param {string} login
   * @param {{ width: number, height: number }} [viewport]
   */
  async signIn(login, viewport) {
    const page = await this.arrive(viewport);
    await page.fill('#login', login);
    await page.fill('#password', PASSWORD);
    await page.click('main button');
    await page.waitForSelector('.me');
    return page;
  }

  /**
   * Another installation, with nothing in it: its address and the link that its terminal printed.
   * @returns {Promise<{ url: string, link: string, stop: () => Promise<void> }>}
   */
  async empty() {
    const folder = await mkdtemp(join(tmpdir(), 'liren-e2e-'));
    const port = await freePort();
    const url = `http://127.0.0.1:${port}`;
    const server = spawn(LIREN, ['serve', '--new', '--no-backup', '--data', join(folder, 'data'), '--port', String(port)]);
    let said = '';
    for (const stream of [server.stdout, server.stderr]) stream.on('data', (text) => (said += text));
    await answers(`${url}/healthz`, server);
    const link = /http:\S+\/start\?link=\w+/.exec(said)?.[0];
    if (!link) throw new Error(`no link was printed: ${said}`);
    return {
      url,
      link,
      stop: async () => {
        server.kill('SIGTERM');
        await new Promise((done) => server.once('exit', done));
        await rm(folder, { recursive: true, force: true });
      },
    };
  }

  async close() {
    await this.browser.close();
    const gone = new Promise((done) => this.server.once('exit', done));
    this.server.kill('SIGTERM');
    await gone;
    await rm(this.folder, { recursive: true, force: true });
  }
}

/**
 * What the program prints; its complaint becomes the error.
 * @param {string[]} args
 */
async function liren(...args) {
  const { stdout } = await promisify(execFile)(LIREN, args, { maxBuffer: 64 * 1024 * 1024 });
  return stdout;
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((done, fail) => {
    const probe = createServer().once('error', fail);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => done(address && typeof address === 'object' ? address.port : 0));
    });
  });
}

/**
 * @param {string} url
 * @param {import('node:child_process').ChildProcess} server
 */
async function answers(url, server) {
  for (const end = Date.now() + 20_000; Date.now() < end; ) {
    if (server.exitCode !== null) throw new Error(`the server ended with ${server.exitCode} before it answered`);
    const reply = await fetch(url).catch(() => null);
    if (reply?.ok) return;
    await new Promise((done) => setTimeout(done, 50));
  }
  throw new Error(`the server did not answer at ${url} within 20 seconds`);
}
