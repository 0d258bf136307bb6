// An order is paid later: its bill, the due date on which auto-repay fails, what puts it right, the repayment, the score; and a
// second bill that is repaid in two parts, by two ways at once.

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { inLanguage, seen, walk } from './browser.mjs';
import { bankCard, base, control, order, payer, payerAsks, secondStaff, setClock, signInLink, staff, until } from './stage.mjs';

const GOODS = ['一台电饭煲', '一袋大米', 'CSV', 'XLSX', 'BEANCOUNT', 'OFX'];

/** What programs that nobody here wrote understand of the statement that we serve; nothing where Python has no environments. */
async function readByOthers(who, line) {
  const folder = await mkdtemp(join(tmpdir(), 'statement-'));
  const fetched = async (format) => {
    const answer = await fetch(`${base}${line}/statement?format=${format}`, { headers: { authorization: `Bearer ${who.session}` } });
    assert.equal(answer.status, 200);
    const file = join(folder, `statement.${format}`);
    await writeFile(file, Buffer.from(await answer.arrayBuffer()));
    return file;
  };
  const files = [await fetched('ofx'), await fetched('beancount')];
  const readers = new URL('../clients/exports', import.meta.url).pathname;
  const program = new URL('../with-python', import.meta.url).pathname;
  const read = spawnSync(program, [readers, 'python', '-B', join(readers, 'read_statement.py'), ...files], { encoding: 'utf8' });
  await rm(folder, { recursive: true });
  if (read.status === 69) return undefined;
  assert.equal(read.status, 0, read.stderr);
  return JSON.parse(read.stdout);
}

walk('paying later', async (page, lang) => {
  const who = await payer(90_000);
  const card = await bankCard(who);
  const line = `/v1/accounts/${who.account}/pay-later`;
  const bills = async () => (await staff('GET', `${line}/bills`)).body.bills;
  await page.goto(`${await signInLink(who.account)}`);
  await page.locator('form[action="/sign-in"] button').click();
  await page.goto(inLanguage(`${base}/pay-later`, lang));
  await seen(page, 'pay-later-offer', lang, GOODS);
  await page.locator('form[action="/pay-later"] button').click();
  await page.waitForSelector('meter');
  await seen(page, 'pay-later-empty', lang, GOODS);

  // He freezes it, an order is refused for that, and he lifts it.
  const { instrument } = (await staff('GET', line)).body.line;
  await page.locator('details summary').click();
  await page.locator('form[action="/pay-later/freeze"] button').click();
  await page.waitForSelector('form[action="/pay-later/unfreeze"]');
  await seen(page, 'pay-later-frozen', lang, GOODS);
  const refused = await order(who, instrument, GOODS[1], 8_900);
  assert.equal(refused.status, 402);
  assert.equal(refused.body.causes[0].id, 'bnpl.line_frozen');
  assert.equal(refused.body.causes[0].evidence.by, 'holder');
  await page.goto(inLanguage(refused.cashier ?? `${base}/pay-later`, lang));
  await seen(page, 'cashier-line-frozen', lang, GOODS);
  await page.goto(inLanguage(`${base}/pay-later`, lang));
  await page.locator('form[action="/pay-later/unfreeze"] button').click();
  await page.waitForSelector('form[action="/pay-later/freeze"]', { state: 'attached' });

  // Auto-repay from his card; a payday that is no day is said to be none.
  await page.goto(inLanguage(`${base}/pay-later/auto-repay`, lang));
  await page.locator('label:has(input[name=on])').click();
  await page.locator('select[name=first]').selectOption(card.instrument);
  await page.fill('input[name=payday]', '32');
  await page.locator('form[action="/pay-later/auto-repay"] button').click();
  await page.waitForSelector('[role=alert]');
  await page.locator('label:has(input[name=on])').click();
  await page.locator('select[name=first]').selectOption(card.instrument);
  await page.fill('input[name=payday]', '15');
  await page.locator('form[action="/pay-later/auto-repay"] button').click();
  await page.waitForSelector('[role=status]');
  await seen(page, 'pay-later-auto-repay', lang, GOODS);

  // He buys now. The bill says when it is due, and from what it will be repaid.
  assert.equal((await order(who, instrument, GOODS[0], 19_900)).status, 201);
  await page.goto(inLanguage(`${base}/pay-later`, lang));
  await seen(page, 'pay-later-bills', lang, GOODS);
  await page.locator('.entry a').first().click();
  await page.waitForURL(/\/pay-later\/bills\//);
  await seen(page, 'bill-open', lang, GOODS);
  const [bill] = await bills();

  // His card is short on the due date. The cause stands on the bill, and what puts it right.
  await control('PATCH', `/cards/${card.number}`, { balance: 1_000 });
  await setClock(`${bill.due_on}T09:05:00+08:00`);
  await until('the refusal', async () => {
    const { repayments } = (await staff('GET', `${line}/bills/${bill.id}`)).body;
    return repayments.at(-1)?.ended === 'refused';
  });
  await page.reload();
  await page.waitForSelector('.alert');
  await seen(page, 'bill-refused', lang, GOODS);
  assert.equal(await page.locator('.choice:not(.blocked)').count(), 0, 'neither the wallet nor the card nor Alipay can');
  await control('POST', `/cards/${card.number}/pay-in`, { amount: 100_000 });
  await page.locator('.alert a[href^="/cashier/"]').first().click();
  await page.waitForURL(/\/result/);
  await seen(page, 'bill-put-right', lang, GOODS);
  await page.locator('button[form]').first().click();
  await page.waitForSelector('.mark.done');
  await seen(page, 'bill-paid', lang, GOODS);
  await page.locator('main a[href^="/pay-later/bills/"]').click();
  await page.waitForURL(/\/pay-later\/bills\//);
  await seen(page, 'bill-settled', lang, GOODS);
  assert.equal((await bills()).find((one) => one.id === bill.id).stage, 'settled');
  assert.equal(await page.locator('#repay').count(), 0, 'nothing is repaid on a settled bill');

  // The next bill passes its grace: the line is closed, the score falls, and both say so.
  await payerAsks(who, 'PUT', `${line}/auto-repay`, { on: false, instruments: [card.instrument] });
  assert.equal((await order(who, instrument, GOODS[1], 8_900)).status, 201);
  const late = (await bills()).find((one) => one.stage !== 'settled');
  await setClock(`${late.grace_ends_on}T23:59:00+08:00`, 36_000);
  await until('the overdue bill', async () => (await staff('GET', line)).body.line.overdue);
  await until('the score', async () => {
    const { changes } = (await staff('GET', `${line}/credit`)).body;
    return changes.some((change) => change.reason === 'overdue');
  });
  await page.goto(inLanguage(`${base}/pay-later`, lang));
  await seen(page, 'pay-later-overdue', lang, GOODS);
  await page.locator('.entry a').first().click();
  await page.waitForURL(/\/pay-later\/bills\//);
  await seen(page, 'bill-overdue', lang, GOODS);

  // A sum that is too high is not charged; then he repays half, and the rest after that.
  await page.fill('input[name=amount]', '99999');
  await page.locator('form:has(input[name=amount]) button').click();
  await page.waitForURL(/done=amount/);
  await page.fill('input[name=amount]', '40.00');
  await page.locator('form:has(input[name=amount]) button').dblclick({ noWaitAfter: true });
  await page.waitForURL(/done=repaid/);
  assert.equal((await bills()).find((one) => one.id === late.id).paid.total.amount, 4_000, 'two presses repay once');
  await seen(page, 'bill-part', lang, GOODS);
  await page.locator('form:has(input[name=amount]) button').click();
  await page.waitForURL(/done=repaid/);
  await until('the end of the bill', async () => (await bills()).find((one) => one.id === late.id).stage === 'settled');
  await page.goto(inLanguage(`${base}/pay-later/credit`, lang));
  await page.waitForSelector('svg.plot');
  await seen(page, 'credit-report', lang, GOODS);

  // He disputes what lowered the score; staff find him right, and it counts no more.
  const before = (await staff('GET', `${line}/credit`)).body.score;
  await page.locator('details:has(textarea) summary').first().click();
  await page.locator('textarea').first().fill('I was told of it too late.');
  await page.locator('form:has(textarea) button').first().click();
  await page.waitForURL(/\/pay-later\/credit$/);
  await seen(page, 'credit-disputed', lang, GOODS);
  const { changes } = (await staff('GET', `${line}/credit`)).body;
  const disputed = changes.find((change) => change.dispute === 'open');
  const decision = await staff('POST', `${line}/credit/${disputed.entry}/disputes/decision`, { uphold: true });
  assert.equal(decision.status, 200, JSON.stringify(decision.body));
  assert.ok((await staff('GET', `${line}/credit`)).body.score > before, 'a struck entry is as if it had never been');
  await page.reload();
  await seen(page, 'credit-struck', lang, GOODS);

  // One of the staff freezes the line, its holder asks for it, and two of them let go.
  assert.equal((await staff('POST', `${line}/freeze`, { note: 'a check' })).status, 200);
  await page.goto(inLanguage(`${base}/pay-later`, lang));
  await seen(page, 'pay-later-frozen-by-us', lang, GOODS);
  await page.locator('form[action="/pay-later/unfreeze"] button').click();
  await page.waitForURL(/\/pay-later$/);
  await seen(page, 'pay-later-reopening', lang, GOODS);
  const lift = `${line}/unfreeze`;
  assert.equal((await staff('POST', lift, {})).body.line.state, 'frozen', 'one alone does not lift it');
  assert.equal((await staff('POST', lift, {})).status, 409, 'nor does the same one twice');
  assert.equal((await secondStaff('POST', lift, {})).body.line.state, 'open');
  const told = (await staff('GET', `${line}/notices`)).body;
  assert.equal(new Set(told.map((notice) => notice.key)).size, told.length, 'nothing is told twice');
  assert.ok(told.some((notice) => notice.subject === 'overdue' && notice.told_at), JSON.stringify(told));

  // His statement is read by ofxtools and Beancount, which find it in balance: what he has bought, less what he has repaid.
  const statement = await readByOthers(who, line);
  if (statement) {
    const owed = (await bills()).reduce((sum, bill) => sum + bill.owed.total.amount, 0);
    assert.equal(Math.round(Number(statement.ofx.balance) * 100), owed === 0 ? 0 : -owed, JSON.stringify(statement));
    assert.ok(statement.ofx.movements.length >= 4, JSON.stringify(statement));
  }
});
