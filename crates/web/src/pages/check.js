// Looks at a device from inside its browser. What it measures it shows; it sends it only when it is told to.
'use strict';

(() => {
  const PROBES = 20;
  const LONGEST = 4000;
  // A system waits at least 200 milliseconds before it sends again what was lost; a busy browser is late by less than that.
  const SENT_AGAIN = 400;
  const ALLOWED_SKEW = 300;
  const KEPT = 'tantu.configuration';

  const main = document.getElementById('check');
  const { words, partners, lang, version, onward } = JSON.parse(main.dataset.settings);
  const begin = document.getElementById('begin');
  const list = document.getElementById('checks');
  const measured = document.getElementById('measured');
  const shown = document.getElementById('report');
  const send = document.getElementById('send');
  const said = document.getElementById('said');
  const taken = document.getElementById('device-report');
  // What is done on this page needs no place: it is checked again here, and paid on the order's own page.
  const HERE = new Set(['recheck', 'resume', 'await_result', 'retry_same_key', 'wait', 'wait_until']);
  let report = {};

  const fill = (text, values) => text.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

  /** Shows how a check stands: looking, ok, bad or unknown. */
  function state(name, kind, text) {
    const line = list.querySelector(`[data-check="${name}"]`);
    line.dataset.state = kind;
    line.querySelector('span').textContent = { ok: '✓ ', bad: '✗ ' }[kind] ? ({ ok: '✓ ', bad: '✗ ' })[kind] + text : text;
  }

  /** An answer within a bounded time, or a failure. */
  async function ask(address, options = {}) {
    const end = new AbortController();
    const timer = setTimeout(() => end.abort(), LONGEST);
    try {
      return await fetch(address, { cache: 'no-store', signal: end.signal, ...options });
    } finally {
      clearTimeout(timer);
    }
  }

  async function online() {
    if (!navigator.onLine) return state('online', 'bad', words.offline);
    state('online', 'ok', words.fine);
  }

  async function roundTrips() {
    const once = async () => {
      const from = performance.now();
      try {
        await (await ask('/healthz')).arrayBuffer();
        return performance.now() - from;
      } catch {
        return null;
      }
    };
    const asked = [];
    for (let count = 0; count < PROBES; count += 1) asked.push(await once());
    const took = asked.filter((one) => one !== null).sort((one, other) => one - other);
    const lost = PROBES - took.length;
    const late = took.filter((one) => one >= took[0] + SENT_AGAIN).length;
    const probes = { sent: PROBES, lost, late };
    if (took.length) probes.round_trip_ms = Math.round(took[Math.floor(took.length / 2)]);
    report.network = { ...report.network, probes };
    const well = (lost + late) * 5 < PROBES && took.length && probes.round_trip_ms < 1000;
    state('round_trips', well ? 'ok' : 'bad', fill(words.trip, { ms: probes.round_trip_ms ?? '–', lost, sent: PROBES }));
  }

  /** Our own word on what to look at, and how far the clock is from ours. */
  async function clock() {
    const from = performance.now();
    const told = await (await ask('/v1/device-checks')).json();
    const way = (performance.now() - from) / 2;
    const skew = Math.round((Date.now() - way - Date.parse(told.time)) / 1000);
    const off = Math.abs(skew) > ALLOWED_SKEW;
    state('clock', off ? 'bad' : 'ok', off ? fill(words.clock_off, { seconds: skew }) : words.fine);
    return told;
  }

  async function permissions() {
    if (!navigator.permissions) return state('permissions', 'unknown', words.unknown);
    const found = [];
    for (const [asked, name] of [['notifications', 'notification'], ['camera', 'camera']]) {
      try {
        found.push({ name, denied: (await navigator.permissions.query({ name: asked })).state === 'denied' });
      } catch {
        // This browser knows no such permission.
      }
    }
    if (found.length) report.permissions = found;
    const denied = found.filter((one) => one.denied).map((one) => one.name);
    state('permissions', 'ok', denied.length ? fill(words.denied, { names: denied.join(', ') }) : words.fine);
  }

  /** What this page has stored of our configuration, and whether it is still what we gave it. */
  async function storage(told) {
    const ours = told?.configuration;
    if (!ours || !crypto.subtle) return state('storage', 'unknown', words.unknown);
    let kept;
    try {
      kept = JSON.parse(localStorage.getItem(KEPT) ?? 'null');
      // Whatever was found, the next time starts from what we say now.
      localStorage.setItem(KEPT, JSON.stringify({ edition: ours.edition, text: ours.text }));
    } catch {
      return state('storage', 'bad', words.no_storage);
    }
    const mine = typeof kept?.text === 'string' && typeof kept.edition === 'string' ? kept : ours;
    const bytes = new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(mine.text)));
    const sha256 = [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
    report.app = { name: 'tantu-web', version };
    report.configuration = { edition: mine.edition, sha256 };
    const damaged = mine.edition === ours.edition && sha256 !== ours.sha256;
    state('storage', damaged ? 'bad' : 'ok', damaged ? words.damaged : words.fine);
  }

  async function versions() {
    const agent = navigator.userAgent;
    const found = /Android (\d+(?:\.\d+){0,2})/.exec(agent) ?? /(?:iPhone )?OS (\d+(?:_\d+){1,2}) like Mac/.exec(agent);
    if (!found) return state('versions', 'unknown', words.unknown);
    const numbers = found[1].split(/[._]/);
    while (numbers.length < 3) numbers.push('0');
    report.system = { name: /Android/.test(agent) ? 'android' : 'ios', version: numbers.join('.') };
    state('versions', 'ok', `${report.system.name} ${report.system.version}`);
  }

  async function addresses() {
    const blocked = [];
    await Promise.all(
      partners.map(async (origin) => {
        try {
          // Whether anything comes back is all that is asked; what it is another site does not let us see.
          await ask(`${origin}/`, { mode: 'no-cors', credentials: 'omit' });
        } catch {
          const url = new URL(origin);
          blocked.push(`${url.hostname}:${url.port || (url.protocol === 'https:' ? 443 : 80)}`);
        }
      }),
    );
    if (blocked.length) report.network = { ...report.network, blocked };
    const text = blocked.length ? fill(words.blocked, { addresses: blocked.join(', ') }) : words.fine;
    state('addresses', blocked.length ? 'bad' : 'ok', text);
  }

  async function power() {
    if (!navigator.getBattery) return state('power', 'unknown', words.unknown);
    const battery = await navigator.getBattery();
    report.power = { percent: Math.round(battery.level * 100), charging: battery.charging };
    state('power', 'ok', fill(words.percent, { percent: report.power.percent }));
  }

  /** One check; what it cannot do is unknown, and stops no other. */
  async function look(name, check) {
    state(name, 'looking', words.looking);
    try {
      return await check();
    } catch {
      state(name, 'unknown', words.unknown);
      return undefined;
    }
  }

  async function examine() {
    begin.disabled = true;
    report = {};
    list.hidden = false;
    measured.hidden = true;
    said.hidden = true;
    await look('online', online);
    await look('round_trips', roundTrips);
    const told = await look('clock', clock);
    await look('permissions', permissions);
    await look('storage', () => storage(told));
    await look('versions', versions);
    await look('addresses', addresses);
    await look('power', power);
    report.clock = { device_time: new Date().toISOString() };
    shown.textContent = JSON.stringify(report, null, 2);
    measured.hidden = false;
    send.disabled = false;
    begin.disabled = false;
    begin.textContent = words.again;
    main.dataset.done = 'true';
  }

  const element = (name, text) => Object.assign(document.createElement(name), { textContent: text });

  function tell(causes) {
    said.replaceChildren(element('h2', causes.length ? words.found_title : words.nothing_found));
    for (const cause of causes) {
      const steps = document.createElement('ul');
      steps.className = 'hints';
      for (const remedy of cause.remedies.filter((one) => !HERE.has(one.operation))) {
        const step = element('li', remedy.title);
        if (remedy.where) step.append(Object.assign(element('div', remedy.where), { className: 'quiet' }));
        steps.append(step);
      }
      said.append(element('h3', cause.title), element('p', cause.detail));
      if (steps.children.length) said.append(steps);
    }
    if (onward) said.append(goOn(causes));
    said.hidden = false;
  }

  /** Back to the guided check, with what was found: the causes' ids alone, so that nobody is asked about what was measured. */
  function goOn(causes) {
    const found = causes.map((cause) => cause.id).join(',') || 'nothing';
    const link = element('a', words.onward);
    link.className = 'button wide';
    link.href = `${onward}${onward.includes('?') ? '&' : '?'}measured=${encodeURIComponent(found)}`;
    return link;
  }

  async function hand() {
    send.disabled = true;
    said.replaceChildren(element('p', words.sending));
    said.hidden = false;
    report.clock = { device_time: new Date().toISOString() };
    try {
      const answer = await ask(`/v1/device-reports?lang=${lang}`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(report),
      });
      const told = await answer.json();
      if (!answer.ok) throw new Error(told.detail);
      tell(told.causes);
    } catch {
      said.replaceChildren(element('p', words.not_sent));
      send.disabled = false;
    }
  }

  begin.hidden = false;
  begin.addEventListener('click', examine);
  // Whoever reads for a while before he sends has no wrong clock.
  taken?.form.addEventListener('submit', () => {
    report.clock = { device_time: new Date().toISOString() };
    taken.value = JSON.stringify(report);
  });
  send.addEventListener('click', hand);
})();
