// A pay password that its holder has forgotten: a code to his phone, his name and his document set another, and the order is
// paid with it. What he gave of himself must be a day old, so this moves everybody's clock.

import { LANGS, inLanguage, seen, walk } from './browser.mjs';
import { control, known, newest, order, signInLink, texts } from './stage.mjs';
import { paid } from './walks.mjs';

const GOODS = ['一部手机'];

walk('the forgotten pay password', async (page, lang) => {
  const person = (await control('GET', '/people')).toSorted((one, other) => (one.certificate_number < other.certificate_number ? -1 : 1))[LANGS.indexOf(lang) + 1];
  const { name, certificate_number: document, phones: [number] } = person;
  const who = await known(person, 500_000);
  const made = await order(who, who.alipay, GOODS[0], 420_000);
  const cashier = new URL(made.cashier);
  const within = (under) => inLanguage(`${cashier.origin}${cashier.pathname}${under}${cashier.search}`, lang);
  const digits = (code) => (code === '000000' ? '000001' : '000000');
  await page.goto(await signInLink(who.account));
  await page.locator('form[action="/sign-in"] button').click();
  await page.goto(within('/result'));
  await page.locator('a[href*="/reset-password"]').first().click();
  await seen(page, 'reset-begin', lang, GOODS);
  const before = (await texts(number)).length;
  await page.locator('form[action*="/reset-password/code"] button').click();
  await page.waitForSelector('input[name=digits]');
  await seen(page, 'reset-form', lang, GOODS);
  const code = await newest(number, before);
  const fill = async (given) => {
    const all = { digits: code, name, document, password: '161803', again: '161803', ...given };
    for (const [field, value] of Object.entries(all)) await page.fill(`input[name=${field}]`, value);
    await page.locator('form[action*="code="] button').first().click();
  };
  await fill({ again: '161804' });
  await seen(page, 'reset-differs', lang, GOODS);
  await fill({ digits: digits(code) });
  await seen(page, 'reset-unproven', lang, GOODS);
  await fill({});
  await paid(page, { id: made.id }, lang, 'reset-paid', 1, GOODS);
});
