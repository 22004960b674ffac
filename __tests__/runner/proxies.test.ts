import { afterAll, beforeEach, describe, expect, test } from '@jest/globals';
import { readProxy } from '../../src/runner/proxies.ts';

const NAMES = ['http_proxy', 'HTTP_PROXY', 'https_proxy', 'HTTPS_PROXY', 'no_proxy', 'NO_PROXY'];
const saved = NAMES.map((name) => [name, process.env[name]] as const);

function clear(): void {
  for (const name of NAMES) delete process.env[name];
}

beforeEach(clear);
afterAll(() => {
  clear();
  for (const [name, value] of saved) if (value !== undefined) process.env[name] = value;
});

const PROXY = 'http://proxy.example:3128';
const HUB = 'https://hub.acme.com';

/** The proxy in an environment with these variables only, which must be a valid one. */
function proxy(env: Record<string, string>, hubUrl = HUB): string | undefined {
  Object.assign(process.env, env);
  const problems: string[] = [];
  const found = readProxy(hubUrl, problems);
  expect(problems).toEqual([]);
  return found;
}

describe('the proxy', () => {
  test.each([
    [{ HTTPS_PROXY: PROXY }, PROXY],
    [{ https_proxy: PROXY, HTTPS_PROXY: 'http://other:1' }, PROXY],
    [{ HTTP_PROXY: PROXY }, PROXY],
    [{ HTTPS_PROXY: PROXY, http_proxy: 'http://other:1' }, PROXY],
    [{ https_proxy: '', HTTPS_PROXY: 'http://other:1', http_proxy: PROXY }, PROXY],
    [{ HTTPS_PROXY: 'proxy.example:3128' }, PROXY],
    [{ HTTPS_PROXY: ` ${PROXY} ` }, PROXY],
    [{ HTTPS_PROXY: 'https://a%40b:c%25@proxy:1' }, 'https://a%40b:c%25@proxy:1'],
    [{ HTTPS_PROXY: 'socks5://proxy:1' }, 'socks5://proxy:1'],
    [{ HTTPS_PROXY: '' }, undefined],
    [{}, undefined],
  ])('in %j is %s', (env, expected) => {
    expect(proxy(env)).toBe(expected);
  });

  test.each(['http://localhost:8080', 'http://127.0.0.1:8080', 'https://[::1]:8080', 'http://127.1.2.3'])(
    'is not used for a Hub on this machine (%s): it would see the token',
    (hubUrl) => {
      expect(proxy({ HTTP_PROXY: PROXY, HTTPS_PROXY: PROXY }, hubUrl)).toBeUndefined();
    },
  );

  test.each([
    'not a url',
    'http://secret:word@',
    'http://[',
    'socks4://secret',
    'socks5h://secret',
    'ftp://secret',
    'http://us%er:secret@proxy:1',
    'http://user:sec%ret@proxy:1',
  ])('in a variable that holds %s is a problem that names the variable, and not its value', (value) => {
    process.env['HTTPS_PROXY'] = value;
    const problems: string[] = [];
    expect(readProxy(HUB, problems)).toBeUndefined();
    expect(problems).toEqual([expect.stringMatching(/^The environment variable `HTTPS_PROXY` /)]);
    expect(problems.join()).not.toMatch(/secret|not a url/);
  });
});

describe('NO_PROXY', () => {
  test.each([
    ['*', HUB],
    ['hub.acme.com', HUB],
    ['acme.com', HUB],
    ['.acme.com', HUB],
    ['*.acme.com', HUB],
    ['ACME.com.', HUB],
    ['acme.com', 'https://hub.acme.com.'],
    ['hub.acme.com:443', HUB],
    ['hub.acme.com:8443', 'https://hub.acme.com:8443'],
    ['*:443', HUB],
    ['example.com, acme.com', HUB],
    ['example.com acme.com', HUB],
    ['acme.com', 'https://acme.com'],
    ['10.1.2.3', 'https://10.1.2.3'],
    ['10.0.0.0/8', 'https://10.1.2.3'],
    ['0.0.0.0/0', 'https://10.1.2.3'],
    ['10.1.2.3:443', 'https://10.1.2.3'],
    ['[fd00::1]:443', 'https://[fd00::1]'],
    ['[fd00::1]', 'https://[fd00::1]'],
    ['fd00:0::1', 'https://[fd00::1]'],
    ['fd00::/8', 'https://[fd12::1]'],
  ])('%s exempts %s', (noProxy, hubUrl) => {
    expect(proxy({ HTTPS_PROXY: PROXY, NO_PROXY: noProxy }, hubUrl)).toBeUndefined();
  });

  test.each([
    ['', HUB],
    [' , ', HUB],
    ['cme.com', HUB],
    ['.hub.acme.com.evil', HUB],
    ['*.acme.com', 'https://acme.com'],
    ['hub.acme.com:8443', HUB],
    ['hub.acme.com:', HUB],
    ['10.1.2.4', 'https://10.1.2.3'],
    ['11.0.0.0/8', 'https://10.1.2.3'],
    ['10.0.0.0/33', 'https://10.1.2.3'],
    ['10.0.0.0/', 'https://10.1.2.3'],
    ['2.3', 'https://10.1.2.3'],
    ['fd00::/8', 'https://10.1.2.3'],
    ['10.0.0.0/8', HUB],
  ])('%j does not exempt %s', (noProxy, hubUrl) => {
    expect(proxy({ HTTPS_PROXY: PROXY, NO_PROXY: noProxy }, hubUrl)).toBe(PROXY);
  });

  test('in lower case counts first', () => {
    expect(proxy({ HTTPS_PROXY: PROXY, no_proxy: '', NO_PROXY: '*' })).toBe(PROXY);
  });
});
