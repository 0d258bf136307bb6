// The control: pages with a planted fault each, which the checker must find; a green run without it proves nothing.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { phone } from './browser.mjs';
import { faults } from './checker.mjs';

const page = ({ html = '<html lang="en">', title = '<title>A</title>', style = '', body = '' } = {}) =>
  `<!DOCTYPE html>${html}<head><meta name="viewport" content="width=device-width">${title}<style>body{color:#000;background:#fff}
  a,button{display:inline-flex;min-width:48px;min-height:48px}:focus-visible{outline:3px solid}${style}</style></head>
  <body><main><h1>Pay</h1><button>Go on</button>${body}</main></body></html>`;

const PLANTED = [
  ['no language', { html: '<html>' }, /language is/],
  ['another language', { html: '<html lang="zh-Hans">' }, /language is/],
  ['no title', { title: '' }, /no title/],
  ['something too wide', { body: '<p style="width:600px">wide</p>' }, /px wide/],
  ['words squeezed into a column', { body: '<p style="width:40px;overflow-wrap:anywhere">Alipay permission</p>' }, /squeezed into/],
  ['a small button', { style: 'button{min-height:20px;padding:0}' }, /only \d+ × \d+/],
  ['a button without a name', { body: '<button></button>' }, /no name/],
  ['a field without a label', { body: '<input type="text" style="width:99px;height:50px">' }, /no name/],
  ['focus that cannot be seen', { style: ':focus-visible{outline:none}' }, /focus cannot be seen/],
  ['a control that Tab passes over', { body: '<a href="#" tabindex="-1">More</a>' }, /keyboard reaches 1 of 2/],
  ['faint words', { style: 'p{color:#bbb}', body: '<p>faint</p>' }, /contrast/],
  ['an unfilled place', { body: '<p>Pay {amount}</p>' }, /unfilled/],
  ['a word nobody translated', { body: '<p>余额</p>' }, /English page says/],
  ['an empty label', { body: '<dl><dt></dt><dd>1</dd></dl>' }, /empty dt/],
  ['two first headings', { body: '<h1>Again</h1>' }, /first headings/],
];

test('a sound page has no fault', async () => {
  const at = await phone('en');
  await at.setContent(page());
  assert.deepEqual(await faults(at, 'en'), []);
});

for (const [name, plan, expected] of PLANTED) {
  test(`the checker finds ${name}`, async () => {
    const at = await phone('en');
    await at.setContent(page(plan));
    const found = await faults(at, 'en');
    assert.ok(found.some((fault) => expected.test(fault)), JSON.stringify(found));
    await at.context().close();
  });
}
