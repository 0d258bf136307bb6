// The account is frozen: the refusal names the case and what to do, the payer asks, staff lift it, and it is paid.

import assert from 'node:assert/strict';

import { seen, walk } from './browser.mjs';
import { diagnosis, freeze, order, payer, payment, unfreeze, walletOf } from './stage.mjs';
import { DEMO, GOODS, meet, paid, payTwice, signIn } from './walks.mjs';

const ASK = 'button[form]';

walk('the frozen account', async (page, lang) => {
  const met = await meet(page, lang, DEMO.frozen, async () => {
    const who = await payer();
    await freeze(who.account);
    return { who, order: await order(who, who.alipay, GOODS[2], 4_200) };
  });
  await seen(page, 'cashier-frozen', lang, GOODS);
  await page.locator('.alert a').first().click();
  await page.waitForURL(/\/result/);
  const told = await diagnosis(met.id);
  const known = JSON.stringify(told).match(/cas_[0-9a-z]+/)?.[0];
  assert.ok(known, 'the diagnosis has a case');
  assert.ok((await page.locator('main').innerText()).includes(known), 'the refusal names its case');
  assert.ok((await page.locator('.steps li').count()) >= 2, 'and the steps');
  await seen(page, 'refusal-frozen', lang, GOODS);
  await page.locator(`.steps ${ASK}`).first().click();
  await signIn(page, met, lang, 'sign-in-unfreeze');
  await page.locator(`.alert ${ASK}`).first().click();
  await page.waitForURL(/\/result/);
  await seen(page, 'refusal-frozen-asked', lang, GOODS);
  assert.equal(await page.locator('form[action*="/unfreeze-requests"]').count(), 0, 'he asks once');
  assert.equal(await page.locator('form[action*="/pay"]').count(), 0, 'no button that cannot work yet');

  await unfreeze((await payment(met.id)).account);
  await page.reload();
  await seen(page, 'refusal-open-again', lang, GOODS);
  await payTwice(page, '.open button');
  // The demo's payer has a wallet that pays; the others pay by Alipay.
  await paid(page, met, lang, 'paid-frozen', met.listed ? 0 : 1);
  if (met.listed) {
    const { account } = await payment(met.id);
    assert.equal((await walletOf(account)).amount, 20_000 - 4_200);
  }
});
