// A large order asks for the pay password: set by who has none, entered wrongly, entered rightly, and paid.

import assert from 'node:assert/strict';

import { inLanguage, seen, walk } from './browser.mjs';
import { order, payer, payment, signInLink } from './stage.mjs';
import { paid } from './walks.mjs';

const GOODS = ['一部手机'];

walk('the pay password', async (page, lang) => {
  const who = await payer(500_000);
  const made = await order(who, who.alipay, GOODS[0], 420_000);
  assert.equal(made.body.causes[0].id, 'auth.payment_password');
  const cashier = new URL(made.cashier);
  const within = (under) => inLanguage(`${cashier.origin}${cashier.pathname}${under}${cashier.search}`, lang);

  await page.goto(within('/result'));
  await seen(page, 'password-unset', lang, GOODS);
  await page.locator('a[href*="/set-password"]').first().click();
  await seen(page, 'password-sign-in', lang);
  const next = await page.locator('main a[href^="/cashier/"]').first().getAttribute('href');
  await page.goto(`${await signInLink(who.account)}&next=${encodeURIComponent(next)}`);
  await page.locator('form[action="/sign-in"] button').click();
  await page.waitForURL(/\/cashier\//);

  await page.goto(within('/set-password'));
  await seen(page, 'password-set', lang, GOODS);
  const set = async (password, again) => {
    await page.fill('input[name=password]', password);
    await page.fill('input[name=again]', again);
    await page.locator('form[action*="/set-password"] button').click();
  };
  await set('314159', '314158');
  await seen(page, 'password-differs', lang, GOODS);
  await set('123456', '123456');
  await seen(page, 'password-weak', lang, GOODS);
  await set('314159', '314159');
  await page.waitForURL(/\/result/);
  assert.equal((await payment(made.id)).state, 'requires_action');
  await seen(page, 'password-enter', lang, GOODS);

  const enter = async (password) => {
    await page.fill('input[name=password]', password);
    await page.locator('form[action*="/password"] button').click();
    await page.waitForURL(/\/result/);
  };
  await enter('271828');
  assert.ok(await page.locator('[role=alert]').isVisible());
  await seen(page, 'password-wrong', lang, GOODS);
  await enter('314159');
  await paid(page, { id: made.id }, lang, 'password-paid', 1, GOODS);
});

walk('the locked pay password', async (page, lang) => {
  const who = await payer(500_000);
  const made = await order(who, who.alipay, GOODS[0], 420_000);
  const cashier = new URL(made.cashier);
  const within = (under) => inLanguage(`${cashier.origin}${cashier.pathname}${under}${cashier.search}`, lang);
  // The link signs him in; the password is set on the way.
  await page.goto(await signInLink(who.account));
  await page.locator('form[action="/sign-in"] button').click();
  await page.goto(within('/set-password'));
  await page.fill('input[name=password]', '314159');
  await page.fill('input[name=again]', '314159');
  await page.locator('form[action*="/set-password"] button').click();
  for (let guess = 0; guess < 5; guess += 1) {
    await page.waitForURL(/\/result/);
    await page.fill('input[name=password]', '271828');
    await page.locator('form[action*="/password"] button').click();
  }
  await page.waitForSelector('.mark.stop');
  await seen(page, 'password-locked', lang, GOODS);
  assert.equal(await page.locator('input[name=password]').count(), 0, 'nothing to enter while it is locked');
});
