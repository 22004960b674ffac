import { mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server, request as send } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { definition } from '../../scripts/runner.ts';
import { type OrgSpec, people, type SimulatedHub } from '../../simulator/index.ts';
import { TEST_CERTIFICATE, TEST_KEY } from '../support/certificate.ts';
import { GROUP, runStep, type Step } from '../support/run-bundle.ts';
import { commandsIn } from './runner-log.ts';
import { expectTruth, names, run, start, tally } from './support.ts';

const TOKEN = 'hf_verySecretTokenOfSomebody';
const ORG: OrgSpec = { name: 'acme', emailDomains: ['acme.com'], members: people(10), groups: [GROUP] };
const TOKENS = [{ token: TOKEN, user: 'admin', type: 'write' } as const];
const OUTPUTS = Object.keys(definition('add-members').outputs).toSorted();
const PUBLIC = { repository: { private: false } };

/** Everything that a step left, wherever a person can look: log, outputs, summary, files. */
function everythingOf(step: Step): string {
  const folder = dirname(step.workspace);
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter(
      (entry) =>
        entry.isFile() && !entry.parentPath.startsWith(step.workspace) && entry.name !== 'event.json',
    )
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'));
  return [step.stdout, step.stderr, JSON.stringify(step.outputs), ...files].join('\n');
}

const servers: Server[] = [];

afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(server: Server): Promise<string> {
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Another server, which must not hear of anything. */
async function stranger() {
  const heard: string[] = [];
  const server = createServer((request, response) => {
    heard.push(`${request.method} ${request.url} ${request.headers.authorization}`);
    response.writeHead(200, { 'content-type': 'application/json' }).end('[]');
  });
  return { url: await listen(server), heard };
}

describe('the token', () => {
  function expectNoToken(step: Step): void {
    const [first = '', ...rest] = step.stdout.split('\n');
    expect(first).toBe(`::add-mask::${TOKEN}`);
    expect(everythingOf({ ...step, stdout: rest.join('\n') })).not.toContain(TOKEN);
  }

  const inputs = { 'hf-token': TOKEN, users: names(3).join(',') };
  const env = { RUNNER_DEBUG: '1', ACTIONS_STEP_DEBUG: 'true' };

  test('is masked before anything else, and appears nowhere else', async () => {
    const hub = await start({ orgs: [ORG], tokens: TOKENS });
    const step = await runStep(hub, { inputs, env });
    expect(step.exitCode).toBe(0);
    expectNoToken(step);
    for (const { headers } of hub.requests) expect(headers['authorization']).toBe(`Bearer ${TOKEN}`);
  });

  test('from the environment too, and with bad inputs', async () => {
    const hub = await start({ orgs: [ORG], tokens: TOKENS });
    const step = await runStep(hub, {
      inputs: { ...inputs, 'hf-token': '', role: 'owner', org: 'a/b', 'chunk-size': 'x' },
      env: { ...env, HF_TOKEN: ` ${TOKEN}\n` },
    });
    expect(step.exitCode).toBe(1);
    expectNoToken(step);
    expect(hub.requests).toEqual([]);
  });

  test('that no token can be is masked as well', async () => {
    const hub = await start({ orgs: [ORG], tokens: TOKENS });
    const broken = `${TOKEN}\n${TOKEN} %`;
    const step = await runStep(hub, { inputs: { ...inputs, 'hf-token': broken }, env });
    expect(step.exitCode).toBe(1);
    const [first = '', ...rest] = step.stdout.split('\n');
    expect(first).toBe(`::add-mask::${TOKEN}%0A${TOKEN} %25`);
    expect(everythingOf({ ...step, stdout: rest.join('\n') })).not.toContain(TOKEN);
  });

  test.each([403, 400, 404, 500])(
    'is blotted out where the Hub echoes it, with status %d',
    async (status) => {
      const hub = await start({ orgs: [ORG], tokens: TOKENS });
      const headers = {
        'X-Error-Message': `no ${TOKEN}`,
        'X-Error-Code': TOKEN,
        'X-Request-Id': TOKEN,
        'X-HF-Warning': `token; ${TOKEN} is about to expire`,
      };
      const escaped = TOKEN.replace('h', '\\u0068');
      const bodies = [
        { error: `The token ${TOKEN}${TOKEN} may not` },
        `{"error":"${escaped}"}`,
        `<p>${TOKEN}</p>`,
        '',
      ];
      hub.inject(
        ...bodies.map(
          (body) => ({ kind: 'status', status, headers, body, match: { method: 'POST' } }) as const,
        ),
      );
      const step = await runStep(hub, { inputs: { ...inputs, 'chunk-size': '1' }, env });
      expectNoToken(step);
    },
  );

  test('is blotted out of names that the Hub gives', async () => {
    const members = [{ user: `x-${TOKEN}`, email: 'x@acme.com' }, ...people(3)];
    const hub = await start({ orgs: [{ ...ORG, members, groups: [`Group ${TOKEN}`] }], tokens: TOKENS });
    const step = await runStep(hub, {
      inputs: { ...inputs, users: 'x@acme.com, person-1', 'resource-group': '*' },
      env,
    });
    expectNoToken(step);
  });
});

describe('another origin', () => {
  test.each([301, 302, 303, 307, 308])(
    'never hears of a run that is redirected there (%d)',
    async (status) => {
      const other = await stranger();
      for (const location of [`${other.url}/elsewhere`, `//${other.url.slice(7)}/x`, '/api/whoami-v2']) {
        for (const method of ['GET', 'POST']) {
          const hub = await start({ orgs: [ORG] });
          hub.inject({ kind: 'redirect', status, location, match: { method }, times: Infinity });
          const { codes, problems, requests } = await run(hub, { users: names(10) });
          expect(tally(codes)).toEqual({ 'not-attempted': 10 });
          expect(problems).toHaveLength(1);
          expect(problems[0]?.message).toMatch(/redirect/);
          expect(requests.length).toBeLessThanOrEqual(10);
          expect(requests.some(({ path }) => path.includes('whoami') || path.includes('elsewhere'))).toBe(
            false,
          );
          expect(hub.members(GROUP)).toEqual({});
        }
      }
      expect(other.heard).toEqual([]);
    },
  );

  test('never hears of a look-up that is redirected there', async () => {
    const other = await stranger();
    const hub = await start({ orgs: [{ ...ORG, verifiedEmailsVisible: false }] });
    hub.inject({ kind: 'redirect', location: other.url, match: { path: /members$/ }, times: Infinity });
    const { codes, outcomes } = await run(hub, { users: ['person-1', 'person-2@acme.com'] });
    expect(codes['person-1']).toBe('added');
    expect(codes['person-2@acme.com']).toBe('email-not-searchable');
    expectTruth(hub, outcomes);
    expect(other.heard).toEqual([]);
  });

  test('never hears of the bundle', async () => {
    const other = await stranger();
    const hub = await start({ orgs: [ORG] });
    hub.inject({ kind: 'redirect', status: 307, location: `${other.url}/x`, times: Infinity });
    const step = await runStep(hub, { inputs: { users: 'person-1' } });
    expect(step.exitCode).toBe(1);
    expect(step.annotations.map(({ message }) => message).join()).toMatch(/redirect \(307\).*hub-url/);
    expect(other.heard).toEqual([]);
  });

  test('never hears of the next page of the members', async () => {
    const other = await stranger();
    for (const linkOrigin of [
      other.url,
      `${other.url}@127.0.0.1`,
      '//evil.example',
      'javascript:alert(1)//',
      '::',
    ]) {
      const hub = await start({ orgs: [{ ...ORG, members: people(40), pageSizeCap: 10, linkOrigin }] });
      const { codes, outcomes } = await run(hub, { users: names(40) });
      expect(tally(codes)).toEqual({ added: 40 });
      expectTruth(hub, outcomes);
    }
    expect(other.heard).toEqual([]);
  });

  test('pages that lead to themselves come to an end', async () => {
    const hub = await start({
      orgs: [{ ...ORG, members: people(40), pageSizeCap: 10, linkLoop: true, verifiedEmailsVisible: false }],
    });
    const users = [...names(40), 'person-39@acme.com'];
    const { codes, requests } = await run(hub, { users });
    expect(tally(codes)).toEqual({ added: 40 });
    expect(requests.length).toBeLessThanOrEqual(10);
  });
});

describe('names that could lead elsewhere', () => {
  test.each(['..', 'a/b', '%2e%2e', 'acme?x=1'])('the organization %j: nothing is sent', async (org) => {
    const hub = await start({ orgs: [ORG] });
    const step = await runStep(hub, { inputs: { org, users: 'person-1' } });
    expect(step.exitCode).toBe(1);
    expect(hub.requests).toEqual([]);
  });

  test('people of such names: nothing is sent', async () => {
    const hub = await start({ orgs: [ORG] });
    const users = ['..', '.', 'a/b', '%2e%2e', 'a..b', 'x?y', 'x#y', '../x@acme.com'];
    const step = await runStep(hub, { inputs: { users: users.join('\n') } });
    expect(step.exitCode).toBe(1);
    expect(hub.requests).toEqual([]);
    for (const user of users) expect(step.stdout).toContain(user.replaceAll('%', '%25'));
  });

  test('groups of such names are names like others', async () => {
    const groups = ['..', 'a/b', '%2e%2e', '?', 'x\u202ey'];
    const hub = await start({ orgs: [{ ...ORG, groups }] });
    const { outcomes } = await run(hub, { users: ['person-1'], groups });
    expect(outcomes.map(({ code }) => code)).toEqual(groups.map(() => 'added'));
    for (const { url } of hub.requests)
      expect(url).toMatch(/^\/api\/organizations\/acme\/(members|resource-groups)[/?0-9a-z=]*$/);
    const { problems } = await run(hub, { users: ['person-1'], groups: ['../..'] });
    expect(problems[0]?.message).toMatch(/no resource group/);
  });

  test('people whom the Hub itself calls so: it does not lead elsewhere, and keeps no one else out', async () => {
    const odd = ['..', '.', 'a/b', '%2e%2e', 'x?y#z', '\ud800', ''];
    const members = [...people(3), ...odd.map((user, index) => ({ user, email: `odd-${index}@acme.com` }))];
    const users = Object.fromEntries([...names(2), ...odd].map((user) => [user, 'read'] as const));
    const hub = await start({ orgs: [{ ...ORG, members, groups: [{ name: GROUP, users }] }] });
    const emails = odd.map((_, index) => `odd-${index}@acme.com`);
    const { codes, problems } = await run(hub, {
      users: [...emails, ...names(3)],
      role: 'write',
      onExisting: 'update',
    });
    expect(problems).toEqual([]);
    expect(codes).toMatchObject({
      'person-1': 'role-updated',
      'person-2': 'role-updated',
      'person-3': 'added',
    });
    for (const { url } of hub.requests.filter(({ method }) => method === 'PATCH')) {
      expect(new URL(url, hub.url).pathname).toMatch(
        /^\/api\/organizations\/acme\/resource-groups\/[0-9a-f]{24}\/users\/[^/]+$/,
      );
    }
  });
});

describe('workflow commands', () => {
  const MARK = 'INJECTED';
  const TEXTS = [
    `::error::${MARK}`,
    `  ::warning file=x::${MARK}`,
    `\r::set-output name=added::${MARK}`,
    `x\n::stop-commands::${MARK}`,
    `%0A::error::${MARK}`,
    `%0D%0A::add-mask::${MARK}`,
    `\u2028::error::${MARK}`,
    `\u2029::error::${MARK}`,
    `\u0085::error::${MARK}`,
    `\u3000::error::${MARK}`,
    `\ufeff::error::${MARK}`,
    `##[command]${MARK}`,
    `x ##[error]${MARK}`,
    `#\u200b#[error]${MARK}`,
    `::::error::${MARK}`,
    `::add-path::${MARK}\u0007`,
  ];
  const MEANT = new Set(['add-mask', 'debug', 'warning', 'error', 'group', 'endgroup']);

  function expectHarmless(step: Step): void {
    for (const { name, data } of [...commandsIn(step.stdout), ...commandsIn(step.stderr)]) {
      expect(MEANT).toContain(name);
      expect(data.startsWith(MARK)).toBe(false);
    }
    expect(Object.keys(step.outputs).toSorted()).toEqual(OUTPUTS);
    for (const name of ['env', 'path', 'state']) {
      expect(readFileSync(join(dirname(step.workspace), name), 'utf8')).toBe('');
    }
  }

  test('the reading of the log here is the runner’s', () => {
    const found = TEXTS.map((text) => commandsIn(text).some(({ data }) => data.startsWith(MARK)));
    expect(found.filter(Boolean).length).toBeGreaterThanOrEqual(10);
  });

  test('cannot come from a CSV or an input', async () => {
    const hub = await start({ orgs: [ORG] });
    const cell = (text: string) => `"${text.replaceAll('"', '""')}"`;
    const rows = TEXTS.flatMap((text) => [
      `${cell(text)},read,${GROUP}`,
      `person-1,${cell(text)},${GROUP}`,
      `person-2,read,${cell(text)}`,
      `${cell(`"${text}`)},read,${cell(text)},${cell(text)}`,
    ]);
    const csv = ['user,role,group', ...rows].join('\n');
    const bad = await runStep(hub, { inputs: { csv: 'm.csv' }, files: { 'm.csv': csv } });
    expect(bad.exitCode).toBe(1);
    expectHarmless(bad);
    for (const name of ['users', 'resource-group', 'csv']) {
      const step = await runStep(hub, { inputs: { users: 'person-1', [name]: TEXTS.join(',') } });
      expect(step.exitCode).toBe(1);
      expectHarmless(step);
    }
    expect(hub.requests.filter(({ method }) => method !== 'GET')).toEqual([]);
  });

  test('cannot come from the name of a file', async () => {
    const hub = await start({ orgs: [ORG] });
    for (const name of ['::error::INJECTED.csv', 'a,b:c%0A::error::INJECTED.csv', '##[error]INJECTED.csv']) {
      const step = await runStep(hub, {
        inputs: { csv: name },
        files: { [name]: 'user,role\na b c,x\nperson-1,y\n' },
      });
      expect(step.exitCode).toBe(1);
      expectHarmless(step);
    }
  });

  test('cannot come from names that the Hub gives', async () => {
    const members = TEXTS.map((user, index) => ({
      user,
      email: `odd-${index}@acme.com`,
      suspended: index % 2 === 0,
    }));
    const hub = await start({ orgs: [{ ...ORG, members: [...people(3), ...members], groups: TEXTS }] });
    const users = [...members.map(({ email }) => email), 'person-1', 'nobody'].join('\n');
    const step = await runStep(hub, { inputs: { users, 'resource-group': '*' }, env: { RUNNER_DEBUG: '1' } });
    expect(Number(step.outputs['added'])).toBeGreaterThan(TEXTS.length);
    expectHarmless(step);
  });

  test('cannot come from errors and warnings of the Hub', async () => {
    for (const method of ['GET', 'POST']) {
      const hub = await start({ orgs: [ORG] });
      const latin = (text: string) => text.replace(/[^\x20-\x7e]/g, '');
      hub.inject(
        ...TEXTS.map((text, index) => ({
          kind: 'status' as const,
          status: [400, 403, 404, 500][index % 4] ?? 400,
          body: { error: text },
          headers: {
            'X-HF-Warning': `${index}; ${latin(text)}`,
            'X-Error-Code': latin(text),
            'X-Request-Id': latin(text),
          },
          match: { method },
        })),
      );
      const step = await runStep(hub, {
        inputs: { users: names(10).join(','), 'chunk-size': '1', 'max-wait-minutes': '0.05' },
      });
      expectHarmless(step);
    }
  });
});

describe('email addresses', () => {
  const EMAILS = ['grace.hopper@acme.com', 'no.such@acme.com', "o'neil+x@elsewhere.org", 'twice@acme.com'];
  const LOCAL = /grace\.hopper|no\.such|o'neil|twice@|secret\.person/;

  async function everyTrouble(
    hub: SimulatedHub,
    extra: { inputs?: Record<string, string>; event?: unknown },
  ) {
    hub.inject({
      kind: 'status',
      status: 403,
      body: { error: 'secret.person@acme.com may not' },
      headers: { 'X-HF-Warning': 'mail; write to secret.person@acme.com' },
      match: { method: 'POST' },
      times: 2,
    });
    const csv = `email,role\n${EMAILS.join(',read\n')},read\nperson-3@acme.com,read\n`;
    const { inputs, ...rest } = extra;
    return runStep(hub, {
      inputs: { csv: 'm.csv', users: 'person-3', role: 'write', ...inputs },
      files: { 'm.csv': csv },
      env: { RUNNER_DEBUG: '1' },
      ...rest,
    });
  }

  const members = [
    ...people(3),
    { user: 'grace', email: EMAILS[0] ?? '' },
    { user: 'mel', email: EMAILS[3] ?? '' },
  ];
  const org = { ...ORG, members, verifiedEmailsVisible: false };

  test.each([
    ['in a public repository', {}, PUBLIC],
    ['in a repository of which nothing is known', {}, {}],
    ['in a private one, if wished', { 'redact-emails': 'true' }, undefined],
  ])('are redacted everywhere %s', async (_, inputs, event) => {
    const hub = await start({ orgs: [org] });
    const step = await everyTrouble(hub, { inputs, ...(event === undefined ? {} : { event }) });
    expect(step.exitCode).toBe(1);
    expect(everythingOf(step)).not.toMatch(LOCAL);
    expect(everythingOf(step)).toContain('g***@acme.com');
  });

  test.each([
    ['in a private repository', {}, undefined],
    ['in a public one, if wished', { 'redact-emails': 'false' }, PUBLIC],
  ])('are written out %s', async (_, inputs, event) => {
    const hub = await start({ orgs: [org] });
    const step = await everyTrouble(hub, { inputs, ...(event === undefined ? {} : { event }) });
    expect(step.stdout).toContain(EMAILS[1]);
    expect(JSON.stringify(step.report)).toContain(EMAILS[0]);
  });

  test('in bad rows and bad inputs too', async () => {
    const hub = await start({ orgs: [org] });
    const files = {
      'm.csv':
        'email,role\ngrace.hopper@acme.com,owner\nsecret.person@@acme.com,read\ntwice@acme.com,read,x\n',
    };
    const rows = await runStep(hub, { inputs: { csv: 'm.csv' }, files, event: PUBLIC });
    expect(rows.exitCode).toBe(1);
    expect(rows.annotations.length).toBeGreaterThanOrEqual(3);
    expect(everythingOf(rows)).not.toMatch(LOCAL);
    const groups = await runStep(hub, {
      inputs: { users: 'person-1', 'resource-group': 'secret.person@acme.com' },
      event: PUBLIC,
    });
    expect(everythingOf(groups)).not.toMatch(LOCAL);
    for (const name of ['org', 'role', 'csv']) {
      const step = await runStep(hub, {
        inputs: { users: 'person-1', [name]: 'secret.person@acme.com' },
        event: PUBLIC,
      });
      expect(step.exitCode).toBe(1);
      expect(everythingOf(step)).not.toMatch(LOCAL);
    }
  });

  test('debug output shows no header, no body and no address', async () => {
    const hub = await start({ orgs: [org] });
    const step = await everyTrouble(hub, { event: PUBLIC });
    const lines = commandsIn(step.stdout).filter(({ name }) => name === 'debug');
    expect(lines.length).toBeGreaterThan(5);
    for (const { data } of lines)
      expect(data).toMatch(/^(GET|POST|PATCH) \/api\/[a-z0-9/-]+: ([0-9]{3}|[A-Z_]+) after [0-9]+ ms$/);
  });
});

describe('proxies', () => {
  /**
   * A proxy that passes on what it is asked for, by CONNECT or by whole addresses. `known`: hosts, by name, at a port of
   * this machine.
   */
  async function startProxy(known: Readonly<Record<string, number>> = {}) {
    const passed: string[] = [];
    const server = createServer((request, response) => {
      passed.push(`${request.method} ${request.url}`);
      const { method, headers } = request;
      const onward = send(request.url ?? '', { method: method ?? 'GET', headers }, (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      });
      request.pipe(onward);
    });
    server.on('connect', (request, socket, head) => {
      passed.push(`CONNECT ${request.url}`);
      const [host = '', port] = (request.url ?? '').split(':');
      const to = host === '127.0.0.1' ? Number(port) : known[host];
      if (to === undefined) return void socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n');
      const onward = connect(to, '127.0.0.1', () => {
        socket.write('HTTP/1.1 200 Connection Established\r\n\r\n');
        onward.write(head);
        onward.pipe(socket);
        socket.pipe(onward);
      });
      for (const end of [socket, onward]) end.on('error', () => undefined);
    });
    return { url: await listen(server), passed };
  }

  const inputs = { users: names(3).join(',') };

  /** A Hub behind https that is `https://hub.example` for the step, by the proxy alone. */
  async function startBehindProxy() {
    const hub = await start({ orgs: [ORG], tls: { key: TEST_KEY, cert: TEST_CERTIFICATE } });
    const proxy = await startProxy({ 'hub.example': Number(new URL(hub.url).port) });
    const authority = join(mkdtempSync(join(tmpdir(), 'authority-')), 'ca.pem');
    writeFileSync(authority, TEST_CERTIFICATE);
    const step = (env: Record<string, string>) =>
      runStep(hub, {
        inputs: { ...inputs, 'hub-url': 'https://hub.example', 'max-wait-minutes': '0.01' },
        env: { NODE_EXTRA_CA_CERTS: authority, ...env },
      });
    return { hub, proxy, step };
  }

  test.each(['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy'])('%s is used', async (name) => {
    const { hub, proxy, step } = await startBehindProxy();
    const { exitCode, outputs } = await step({ [name]: proxy.url });
    expect({ exitCode, added: outputs['added'] }).toEqual({ exitCode: 0, added: '3' });
    expect(Object.keys(hub.members(GROUP))).toEqual(names(3));
    expect(new Set(proxy.passed)).toEqual(new Set(['CONNECT hub.example:443']));
  });

  test('a proxy is used without http:// too', async () => {
    const { proxy, step } = await startBehindProxy();
    expect((await step({ HTTP_PROXY: proxy.url.slice('http://'.length) })).exitCode).toBe(0);
    expect(proxy.passed.length).toBeGreaterThan(0);
  });

  test('a Hub on this machine is asked directly, so that no proxy sees the token', async () => {
    const proxy = await startProxy();
    const hub = await start({ orgs: [ORG] });
    const env = { HTTP_PROXY: proxy.url, HTTPS_PROXY: proxy.url };
    expect((await runStep(hub, { inputs, env })).outputs['added']).toBe('3');
    expect(proxy.passed).toEqual([]);
  });

  test.each(['hub.example', '*', 'example.com,.example'])('NO_PROXY=%s is honored', async (exempt) => {
    const { hub, proxy, step } = await startBehindProxy();
    // Without the proxy, there is no such host.
    expect((await step({ HTTPS_PROXY: proxy.url, NO_PROXY: exempt })).exitCode).toBe(1);
    expect(proxy.passed).toEqual([]);
    expect(hub.requests).toEqual([]);
  });

  test('HTTPS_PROXY is used for a Hub behind https, and its refusal is told soon', async () => {
    const proxy = await startProxy();
    const hub = await start({ orgs: [ORG] });
    const step = await runStep(hub, {
      inputs: { ...inputs, 'hub-url': 'https://hub.example', 'max-wait-minutes': '0.01' },
      env: { HTTPS_PROXY: proxy.url },
    });
    expect(step.exitCode).toBe(1);
    expect(new Set(proxy.passed)).toEqual(new Set(['CONNECT hub.example:443']));
    expect(step.annotations.map(({ message }) => message).join()).toMatch(/hub\.example/);
    expect(hub.requests).toEqual([]);
  });

  test.each(['not a url', 'http://secret:word@', 'http://['])(
    'an address of a proxy that cannot be one (%s) is the user’s to mend',
    async (address) => {
      const { hub, step: runBehind } = await startBehindProxy();
      const step = await runBehind({ HTTP_PROXY: address, HTTPS_PROXY: address });
      expect(step.exitCode).toBe(1);
      const said = step.annotations.map(({ message }) => message).join();
      expect(said).toMatch(/HTTPS_PROXY/);
      expect(said).not.toMatch(/unforeseen|mistake in this action/);
      expect(said).not.toContain(address);
      expect(hub.requests).toEqual([]);
    },
  );

  test('a proxy that is not there is told soon, and without its password', async () => {
    const { hub, step: runBehind } = await startBehindProxy();
    const step = await runBehind({ HTTP_PROXY: 'http://somebody:passw0rd@127.0.0.1:9' });
    expect(step.exitCode).toBe(1);
    expect(everythingOf(step)).not.toMatch(/passw0rd/);
    expect(step.milliseconds).toBeLessThan(12_000);
    expect(hub.requests).toEqual([]);
  });
});

test('a runner that reads slowly gets to read everything', async () => {
  const hub = await start({ orgs: [ORG] });
  const rows = Array.from({ length: 5_000 }, (_, index) => `nobody number ${index}`);
  const step = await runStep(hub, {
    inputs: { csv: 'm.csv' },
    files: { 'm.csv': `user\n${rows.join('\n')}\n` },
    onStart: (child) => {
      child.stdout?.pause();
      setTimeout(() => child.stdout?.resume(), 1_000);
    },
  });
  expect(step.stdout.length).toBeGreaterThan(500_000);
  expect(step.stdout).toMatch(/nobody number 4999/);
  expect(step.stdout.trimEnd().split('\n').at(-1)).toMatch(
    /^::error title=Add members::Nothing was changed: 5,000 rows/,
  );
});

test('a Hub that is not there is told soon', async () => {
  const hub = await start({ orgs: [ORG] });
  const { url } = hub;
  await hub.close();
  const step = await runStep(hub, { inputs: { users: names(3).join(','), 'hub-url': url } });
  expect(step.exitCode).toBe(1);
  expect(step.milliseconds).toBeLessThan(12_000);
  expect(step.annotations.map(({ message }) => message).join()).toMatch(
    /No answer from http:\/\/127\.0\.0\.1:\d+ \(ECONNREFUSED\)/,
  );
  expect(step.outputs['failed']).toBe('3');
});
