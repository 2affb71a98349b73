// @ts-check
/** What people come to do, from the sign-in form to the answer, in a real browser against the real binary. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { House } from './house.mjs';
import { behaves, listen, visit } from './manners.mjs';

/** @typedef {import('./house.mjs').Page} Page */
/** @typedef {import('./house.mjs').Person} Person */

/** @type {House} */
let house;
before(async () => {
  house = await House.open();
});
after(async () => {
  await house?.close();
});

/** @param {string} login */
const signedIn = async (login) => listen(await house.signIn(login));

test('the secretary signs in and opens a figure of the report down to its people', async () => {
  const page = listen(await house.arrive());
  await behaves(page, 'sign-in');
  await page.fill('#login', 'shuji');
  await page.fill('#password', 'liren-demo');
  await page.keyboard.press('Enter');
  await page.waitForSelector('.me');
  await visit(page, '/', 'desk');
  await visit(page, '/reports/annual', 'report');

  const chip = page.locator('article a.fig[href="/figures/party.members"]').first();
  const value = number(await chip.innerText());
  await chip.click();
  await page.waitForSelector('.value');
  assert.equal(number(await page.locator('.value').first().innerText()), value, 'the panel shows the number of the text');

  await visit(page, '/figures/party.members', 'figure');
  assert.equal(number(await page.locator('.value').first().innerText()), value);
  await page.getByRole('heading', { name: '怎么数的' }).waitFor();
  await page.getByRole('link', { name: '查看名单' }).first().click();
  await page.waitForURL('**/figures/party.members/list*');
  await behaves(page, 'figure-list');
  assert.equal(await rowsOfAllPages(page), value, 'the list has as many lines as the figure says');
});

test('the secretary sees of what parts a figure is made', async () => {
  const page = await signedIn('shuji');
  await visit(page, '/figures/population.total', 'figure-parts');
  const equation = await page.locator('.eq').first().innerText();
  const numbers = [...equation.matchAll(/\d+/g)].map((n) => Number(n[0]));
  const sum = numbers.pop();
  assert.equal(numbers.reduce((a, b) => a + b, 0), sum, equation);
  assert.equal(number(await page.locator('.value').first().innerText()), sum);
  assert.match(equation, /分项之和相符/);
});

test('the secretary takes the report along as a Word file and as text', async () => {
  const page = await signedIn('shuji');
  const word = await page.request.get('/reports/annual.docx');
  assert.equal(word.status(), 200);
  assert.equal((await word.body()).subarray(0, 2).toString(), 'PK');
  const text = await page.request.get('/reports/annual.txt');
  assert.match(await text.text(), /总人口4268人/);
});

test('a worker finds a resident by initials, by address and by the end of an ID number', async () => {
  const page = await signedIn('ling');
  const person = somebody(({ name }) => /^[王李张刘陈]志强$/.test(name));
  const initials = { 王: 'w', 李: 'l', 张: 'z', 刘: 'l', 陈: 'c' }[person.name[0]] + 'zq';
  const [estate, building, entrance, room] = (person.dwelling ?? '').split('|');
  await visit(page, '/people', 'people');
  for (const words of [initials, `${estate}${building}号楼${entrance}单元${room}`, (person.id_number ?? '').slice(-4)]) {
    await search(page, words);
    const found = page.locator(`#rows a[href="/people/${person.key}"]`);
    assert.equal(await found.count(), 1, `searching for ${words}`);
  }
  await page.locator(`#rows a[href="/people/${person.key}"]`).click();
  await page.waitForURL(`**/people/${person.key}`);
  await visit(page, `/people/${person.key}`, 'person');
  const timeline = page.locator('.tl li');
  assert.ok((await timeline.count()) > 0, 'the history has entries');
  assert.ok((await page.locator('.tl .tm').first().innerText()).trim().length > 0, 'an entry tells when and from where');
  const shown = await page.locator('main').innerText();
  assert.ok(!shown.includes(person.id_number ?? ''), 'the ID number is masked');
});

test('a worker who searches for nobody is told so', async () => {
  const page = await signedIn('ling');
  await search(page, 'qqqqqq');
  await page.getByText('没有符合条件的居民').waitFor();
  await behaves(page, 'people-none');
});

test('a building head sees their own building only', async () => {
  const page = await signedIn('louzhang');
  await visit(page, '/people', 'people-building');
  const homes = await page.locator('#rows tbody td[lang="zh"]').allInnerTexts();
  const buildings = new Set(homes.map((home) => home.replace(/号楼.*/, '号楼')));
  assert.deepEqual([...buildings], ['榆园小区16号楼']);

  const stranger = somebody(({ dwelling }) => dwelling?.startsWith('榆园小区|3|') ?? false);
  assert.equal(await visit(page, `/people/${stranger.key}`, 'not-found'), 404);
  assert.match(await page.locator('main').innerText(), /不在你的范围内/);

  await visit(page, '/figures/population.resident/list', 'figure-list-building');
  const told = await page.locator('main .sub').innerText();
  const [, shown, total] = told.match(/显示 (\d+) \/ (\d+)/) ?? [];
  assert.ok(Number(shown) > 0 && Number(shown) < Number(total), told);
  assert.equal(await rowsOfAllPages(page), Number(shown));
});

test('an officer of the subdistrict reads figures and opens nobody', async () => {
  const page = await signedIn('jiedao');
  assert.equal(await visit(page, '/figures', 'figures'), 200);
  await visit(page, '/figures/population.resident', 'figure-officer');
  assert.equal(await page.getByRole('link', { name: '查看名单' }).count(), 0);
  for (const path of ['/people', '/figures/population.resident/list', '/quality']) {
    assert.equal(await visit(page, path, 'forbidden'), 403);
    assert.match(await page.locator('main').innerText(), /没有“.+”的权限。请向社区书记申请。/);
  }
});

test('somebody with a wrong password keeps what they typed and reads why', async () => {
  const page = listen(await house.arrive());
  await page.fill('#login', 'ling');
  await page.fill('#password', 'not this');
  await page.click('main button');
  await page.getByRole('alert').waitFor();
  assert.match(await page.getByRole('alert').innerText(), /登录名或密码不对/);
  assert.equal(await page.inputValue('#login'), 'ling');
  assert.equal(await page.inputValue('#password'), '');
  await behaves(page, 'sign-in-refused');
});

test('a guest without Chinese reads every page in English', async () => {
  const page = await signedIn('shuji');
  await page.locator('.language button').click();
  await page.waitForSelector('html[lang^="en"]');
  const person = somebody(({ status }) => status === 'active');
  await page.goto('/reports/annual');
  const opened = await page.locator('.paper a.fig').evaluateAll((links) => links.map((a) => a.getAttribute('href') ?? ''));
  const one = (/** @type {string} */ start) => opened.find((href) => href.startsWith(start)) ?? '/nothing-opens';
  const records = [one('/records/works'), one('/records/organisation'), one('/params/'), one('/targets/')];
  const pages = [...records, '/frozen', '/figures', '/figures/population.total', '/people', `/people/${person.key}`, '/quality', '/proof', '/reports/annual', '/nowhere',
    '/figures/population.births?from=2013-10-01&to=2013-10-31', '/people?c=age.ge.80&add=marital', '/people/worksheet?c=age.ge.80', '/people/worksheet/back',
    '/work', '/work/events/activities.activity', '/work/events/works.contribution/new', `/work/standings/minimum-living?about=${person.key}`,
    `/work/about?i=${person.key}`, '/organisations', '/organisations/new', '/targets?year=2014', '/reports/others', '/reports/others/plan', '/me'];
  await page.setViewportSize({ width: 390, height: 844 });
  /** @type {string[]} */
  const left = [];
  for (const path of pages) {
    await page.goto(path);
    left.push(...(await chinese(page)).map((text) => `${path}: ${text}`));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth);
    if (wide > 390) left.push(`${path}: ${wide} px wide`);
  }
  assert.deepEqual(left, []);
  await visit(page, '/figures', 'figures-english');
});

test('a day in the report opens the record it comes from', async () => {
  const page = await signedIn('shuji');
  await page.goto('/reports/annual');
  await page.locator('.paper a.fig[href^="/records/works"]').first().click();
  await page.waitForURL('**/records/**');
  await behaves(page, 'record');
  await page.goBack();
  await page.locator('.paper a.fig[href^="/targets/"]').first().click();
  await page.waitForURL('**/targets/*');
  await behaves(page, 'target');
});

test('a frozen set is held against what is known now', async () => {
  const page = await signedIn('shuji');
  await page.goto('/figures');
  await page.locator('a[href="/frozen"]').click();
  await page.waitForURL('**/frozen');
  await behaves(page, 'frozen');
  await page.locator('a[href$="/now"]').first().click();
  await page.waitForURL('**/frozen/*/now');
  await behaves(page, 'compared');
});

test('the list behind a figure is taken home as a workbook', async () => {
  const page = await signedIn('ling');
  await page.goto('/figures/population.aged_80/list');
  const coming = page.waitForEvent('download');
  await page.locator('a[href$="list.xlsx"]').click();
  const file = await coming;
  assert.match(file.suggestedFilename(), /\.xlsx$/);
});

test('the secretary has a report proofread before it is sent', async () => {
  const page = await signedIn('shuji');
  await visit(page, '/proof', 'proof');
  const text = '社区现有居民1200人，其中男性590人，女性600人。';
  await page.setInputFiles('#file', { name: 'report.txt', mimeType: 'text/plain', buffer: Buffer.from(text) });
  await page.getByRole('button', { name: '校对' }).click();
  await page.getByRole('status').waitFor();
  assert.match(await page.locator('.proof-notes').last().innerText(), /1190/);
  await behaves(page, 'proof-read');
});

test('a worker sees which facts are missing and whom to ask', async () => {
  const page = await signedIn('ling');
  await visit(page, '/quality', 'quality');
  const line = page.locator('main tbody tr', { has: page.locator('a.fig') }).filter({ hasNotText: /^\S+\s+0\s/ }).first();
  const count = number(await line.locator('a.fig').innerText());
  await line.locator('a.nm').click();
  await page.waitForURL('**/quality/*');
  await behaves(page, 'quality-question');
  assert.equal(await rowsOfAllPages(page), count, 'the list is as long as its count');
});

test('a worker records a death in a household, sees what moved, and takes it back', async () => {
  const page = await signedIn('ling');
  const person = somebody(() => true);
  await visit(page, `/people/${person.key}`, 'person');
  await visit(page, `/people/${person.key}/facts/education`, 'person-fact');
  // What is missing is said in a summary that has the focus, and nothing that was typed is lost.
  await page.fill('#f-note', '本人到窗口说的');
  await page.click('form[method=post] button.pri >> nth=-1');
  await page.waitForSelector('#errors');
  assert.equal(await page.evaluate(() => document.activeElement?.id), 'errors');
  assert.equal(await page.inputValue('#f-note'), '本人到窗口说的');
  await behaves(page, 'person-fact-refused');
  await visit(page, `/people/${person.key}/events/death`, 'event-death');
  await page.fill('#f-day', '2013-11-14');
  await page.getByRole('button', { name: '登记去世' }).click();
  await page.waitForSelector('.flash');
  assert.match(await page.locator('.flash').innerText(), /去世登记好了/);
  await page.locator('.moved summary').waitFor();
  await page.locator('.moved summary').click();
  assert.match(await page.locator('.moved').innerText(), /总人口\s*4268 → 4267/);
  await behaves(page, 'person-past');
  await page.locator('.flash').getByRole('button', { name: '撤销' }).click();
  await page.waitForSelector('.flash');
  assert.match(await page.locator('.flash').innerText(), /撤销/);
  await visit(page, '/figures/population.total', 'figure-again');
  assert.equal(number(await page.locator('.value').first().innerText()), 4268);
});

test('an activity that is recorded is counted and told, and taken back', async () => {
  const page = await signedIn('ling');
  await visit(page, '/figures/activities.lectures', 'lectures');
  const before = number(await page.locator('.value').first().innerText());
  await visit(page, '/work/events/activities.activity/new', 'activity-new');
  await page.locator('form.form button.pri').click();
  await page.waitForSelector('#errors');
  await page.fill('#f-day', '2013-11-19');
  await page.fill('#f-title', '消防讲座');
  await page.check('input[value=lecture]');
  await page.fill('#f-x-attendance', '35');
  await page.locator('form.form button.pri').click();
  await page.waitForSelector('.flash');
  await behaves(page, 'activity-recorded');
  assert.match(await page.locator('main table').innerText(), /消防讲座/);
  await page.goto('/figures/activities.lectures');
  assert.equal(number(await page.locator('.value').first().innerText()), before + 1);
  await page.locator('.chart').waitFor();
  await page.goto('/work/events/activities.activity');
  await page.locator('main tbody tr', { hasText: '消防讲座' }).getByRole('link', { name: '更正' }).click();
  await page.getByRole('button', { name: '撤回这条' }).click();
  await page.waitForSelector('.flash');
  await page.goto('/figures/activities.lectures');
  assert.equal(number(await page.locator('.value').first().innerText()), before);
});

test('a list is cut by conditions and kept, its worksheet is filled and handed back', async () => {
  const page = await signedIn('ling');
  await visit(page, '/people', 'people');
  await page.locator('.pop > summary').click();
  await page.selectOption('select[name=add]', 'education');
  await page.getByRole('button', { name: '下一步' }).click();
  await page.waitForURL('**add=education**');
  await page.goto('/people?c=education.unknown.');
  const key = (await page.locator('main tbody input[name=i]').first().getAttribute('value')) ?? '';
  const count = number(await page.locator('.sub').first().innerText());
  await page.locator('.pop > summary').click();
  await page.fill('#name', '学历没问的');
  await page.getByRole('button', { name: '存成名单' }).click();
  await page.waitForSelector('.flash');
  await behaves(page, 'people-kept');
  assert.match(await page.getByRole('navigation', { name: '存下的名单' }).innerText(), new RegExp(`学历没问的\\s*${count}`));
  await page.goto('/people?c=education.unknown.');
  await page.locator('main tbody input[name=i]').first().check();
  await page.getByRole('button', { name: '选出的：工作单' }).click();
  await page.waitForURL('**/people/worksheet?**');
  assert.match(await page.locator('.a4page').innerText(), new RegExp(key));
  await page.goto('/people/worksheet/back');
  await page.setInputFiles('#file', { name: '工作单.csv', mimeType: 'text/csv', buffer: Buffer.from(`姓名,学历,登记编号\n某人,初中,${key}\n`) });
  await page.getByRole('button', { name: '读一读' }).click();
  await page.getByRole('heading', { name: '要记下的' }).waitFor();
  await behaves(page, 'worksheet-read');
  await page.getByRole('button', { name: '记下勾选的' }).click();
  await page.waitForSelector('.flash');
  await page.goto('/people?c=education.unknown.');
  assert.equal(number(await page.locator('.sub').first().innerText()), count - 1);
});

test('somebody new is registered by keyboard, with a number that checks itself', async () => {
  const page = await signedIn('ling');
  await visit(page, '/people/new', 'register');
  await page.focus('#f-number');
  await page.keyboard.type('990101199003072219');
  await page.keyboard.press('Tab');
  await page.keyboard.type('林晓');
  await page.waitForSelector('#told .note');
  await page.focus('#f-address');
  await page.keyboard.type('榆园小区1号楼1单元103');
  await page.keyboard.press('Tab');
  await page.waitForSelector('#f-household');
  await behaves(page, 'register-told');
});

test('every room of the house stands at both widths', async () => {
  const page = await signedIn('shuji');
  const person = somebody(() => true);
  await page.goto('/buildings');
  const building = (await page.locator('main tbody a').first().getAttribute('href')) ?? '';
  await page.goto(building);
  const dwelling = (await page.locator('.door').first().getAttribute('href')) ?? '';
  await page.goto('/reports/annual/write');
  const section = (await page.locator('main li.todo a.btn').nth(4).getAttribute('href')) ?? '';
  const rooms = {
    buildings: '/buildings', building, dwelling, returns: '/returns', standards: '/standards', registers: '/registers',
    'register-say': '/registers/say?register=party', 'report-desk': '/reports/annual/write', 'report-section': section,
    'report-versions': '/reports/annual/2013/versions', find: '/find?q=总人口', 'find-none': '/find?q=qqqqqq',
    'find-number': '/people/find', reveal: `/people/${person.key}/reveal`, merge: `/people/${person.key}/merge`,
    screening: '/screening/resident-pension', change: '/changes/4', imports: '/imports', audit: '/audit',
    accounts: '/accounts', 'account-new': '/accounts/new', account: '/accounts/2', me: '/me', menu: '/menu', data: '/data',
    problems: '/problems', 'problems-settled': '/problems?state=settled', areas: '/areas', area: '/areas/1-2',
    work: '/work', happened: '/work/events/activities.activity', 'happened-new': '/work/events/works.contribution/new',
    standing: `/work/standings/party?about=${person.key}`, 'work-about': `/work/about?i=${person.key}`,
    organisations: '/organisations', 'organisation-new': '/organisations/new', targets: '/targets?year=2014',
    conditions: '/people?c=age.ge.80&add=marital', worksheet: '/people/worksheet?c=age.ge.80',
    'worksheet-back': '/people/worksheet/back', 'reports-others': '/reports/others', monthly: '/reports/others/monthly?of=2013-10',
    'figure-month': '/figures/population.births?from=2013-10-01&to=2013-10-31', 'figures-found': '/figures?q=党',
    'figures-none': '/figures?q=qqqq', 'figure-unknown': '/figures/population.total/list?unknown=true',
    frozen: '/frozen', returned: '/reports/returned', number: `/people/${person.key}/facts/number`,
  };
  for (const [name, path] of Object.entries(rooms)) assert.equal(await visit(page, path, name), 200, name);
});

test('a building head has his doors on the phone, a group head her returns', async () => {
  const head = listen(await house.signIn('louzhang', { width: 390, height: 844 }));
  await visit(head, '/', 'desk-head');
  assert.match(await head.locator('main').innerText(), /我的门/);
  const group = await signedIn('zuzhang');
  await visit(group, '/returns', 'returns-group');
  await group.locator('main li.todo a.btn').first().click();
  await group.waitForURL('**/returns/**');
  await behaves(group, 'return-entry');
});

test('a community begins from nothing: two messy workbooks, first figures, one list taken back, without a terminal', async () => {
  const begun = await house.empty();
  try {
    const context = await house.browser.newContext({ baseURL: begun.url, viewport: { width: 1440, height: 900 }, locale: 'zh-CN' });
    const page = listen(await context.newPage());
    page.setDefaultTimeout(30_000);
    await page.goto(begun.link);
    await behaves(page, 'start');
    await page.fill('#community', '和平社区');
    await page.fill('#tree', '第一居民小组：1号楼、2号楼');
    await page.fill('#name', '许志远');
    await page.fill('#login', 'xuzy');
    await page.fill('#password', '12345678');
    await page.fill('#again', '12345678');
    await page.check('[name=trial]');
    await page.click('main form button');
    assert.match(await page.locator('[role=alert]').innerText(), /太容易猜到/);
    assert.equal(await page.inputValue('#tree'), '第一居民小组：1号楼、2号楼', 'what was typed stays');
    await page.fill('#password', 'an honest horse');
    await page.fill('#again', 'an honest horse');
    await page.click('main form button');
    await page.waitForURL(`${begun.url}/`);
    await visit(page, '/', 'desk-new');
    assert.match(await page.locator('main').innerText(), /从这里开始/);
    assert.doesNotMatch(await page.locator('main').innerText(), /4268|明德/, 'nothing of the demo appears');

    /** @param {string} file @param {string} on */
    const bring = async (file, on) => {
      await page.goto('/imports');
      await page.setInputFiles('input[name=file]', `${house.folder}/rosters/${file}`);
      await page.fill('#f-on', on);
      await page.click('main form.dropf button.pri');
      // One file is looked at at once; of several a list is shown.
      await page.waitForURL(/\/imports\/files\/\d+/).catch(async () => { throw new Error(await page.locator('main').innerText()); });
      await behaves(page, 'wizard-columns');
      await page.locator('.actbar button.pri').click();
      await page.waitForURL(/preview/);
      await page.locator('.actbar button.pri').waitFor();
      await behaves(page, 'wizard-preview');
      await page.locator('.actbar button.pri').click();
      await page.waitForURL(/\/imports\/\d+(\?.*)?$/, { timeout: 60_000 });
      await behaves(page, 'batch');
    };
    await bring('01-居民花名册.xlsx', '2013-11-20');
    await page.goto('/figures/population.total');
    assert.ok(number(await page.locator('.value').first().innerText()) > 4200, 'whoever is in the roster is counted');
    await bring('05-党员花名册.xlsx', '2013-11-20');
    const batch = page.url();
    await page.goto('/figures/party.members');
    assert.ok(number(await page.locator('.value').first().innerText()) > 70);
    // The wrong file was it: looked at first, then taken back.
    await page.goto(batch);
    await page.locator('#undo a.btn').click();
    await page.locator('#undo button.bad').click();
    await page.waitForLoadState('load');
    await page.goto('/figures/party.members');
    assert.match(await page.locator('main').innerText(), /待核实/, 'nothing on record is not none');
    await visit(page, '/problems', 'problems-new');
    await context.close();
  } finally {
    await begun.stop();
  }
});

test('somebody who leaves has left', async () => {
  const page = await signedIn('shuji');
  await page.getByRole('button', { name: '退出登录' }).click();
  await page.waitForURL('**/sign-in*');
  const reply = await page.goto('/people');
  assert.equal(await page.locator('.me').count(), 0);
  assert.ok(page.url().includes('/sign-in') || reply?.status() === 401);
  await page.goBack();
  assert.equal(await page.locator('.tbl').count(), 0, 'no page with people comes back from a cache');
});

/** @param {string} text */
const number = (text) => Number((text.match(/\d+/) ?? ['NaN'])[0]);

/**
 * The first living person of the community of whom something holds, with a home and a valid number.
 * @param {(person: Person) => boolean} holds
 * @returns {Person}
 */
function somebody(holds) {
  const fits = (/** @type {Person} */ p) =>
    p.status === 'active' && p.id_state === 'ok' && p.dwelling !== null && p.residency !== 'unknown' && holds(p);
  const person = house.people.find(fits);
  assert.ok(person, 'the demo holds such a person');
  return person;
}

/**
 * @param {Page} page
 * @param {string} words
 */
async function search(page, words) {
  await page.goto('/people');
  await page.fill('#q', words);
  await Promise.all([page.waitForURL(/[?&]q=/), page.keyboard.press('Enter')]);
}

/** Counts the lines of a list, page by page. @param {Page} page */
async function rowsOfAllPages(page) {
  let rows = 0;
  for (;;) {
    rows += await page.locator('main table').last().locator('tbody tr').count();
    const next = page.getByRole('link', { name: '下一页' });
    if ((await next.count()) === 0) return rows;
    await page.goto((await next.getAttribute('href')) ?? '');
  }
}

/**
 * Chinese on a page that speaks English: all text but names, addresses and quotations, which say that they
 * are Chinese.
 * @param {Page} page
 */
function chinese(page) {
  return page.evaluate(() => {
    const found = new Set();
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const text = node.textContent?.trim().replaceAll(/“[^”]*”/g, '“…”') ?? '';
      const spoken = node.parentElement?.closest('[lang]')?.getAttribute('lang') ?? '';
      const quoted = spoken.startsWith('zh') || node.parentElement?.closest('code');
      if (/\p{Script=Han}/u.test(text) && !quoted) found.add(text.slice(0, 60));
    }
    for (const element of document.querySelectorAll('[aria-label], [placeholder]')) {
      const words = element.getAttribute('aria-label') ?? element.getAttribute('placeholder') ?? '';
      const spoken = element.closest('[lang]')?.getAttribute('lang') ?? '';
      if (/\p{Script=Han}/u.test(words) && !spoken.startsWith('zh')) found.add(`(${words})`);
    }
    return /** @type {string[]} */ ([...found]);
  });
}
