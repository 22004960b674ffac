import { BlockList, isIP } from 'node:net';
import { foldCase } from '../text/words.ts';

/** The variables that name the proxy for https, the one that counts first. */
const PROXY_VARIABLES = [
  ['https_proxy', 'HTTPS_PROXY'],
  ['http_proxy', 'HTTP_PROXY'],
] as const;

const PROXY_SCHEMES = ['http:', 'https:', 'socks5:', 'socks:'];

/**
 * The URL of the proxy through which `hubUrl` is reached; undefined if it is reached directly: there is no proxy,
 * `NO_PROXY` names the Hub, or the Hub runs on this machine. A proxy without a scheme is an http one.
 * Adds to `problems` a variable that holds no such URL, but not its value, which can be a password.
 */
export function readProxy(hubUrl: string, problems: string[]): string | undefined {
  const hub = new URL(hubUrl);
  if (isLoopback(hub.hostname) || isExempt(hub, firstSet(['no_proxy', 'NO_PROXY'])?.value ?? '')) {
    return undefined;
  }
  const variable = PROXY_VARIABLES.map(firstSet).find((each) => each !== undefined && each.value !== '');
  if (variable === undefined) return undefined;
  const url = /^[a-z][a-z\d+.-]*:\/\//i.test(variable.value) ? variable.value : `http://${variable.value}`;
  const wrong = whatIsWrong(url);
  if (wrong === undefined) return url;
  problems.push(
    `The environment variable \`${variable.name}\` ${wrong}: write it like \`http://proxy.example.com:3128\`, or unset it.`,
  );
  return undefined;
}

/** Whether a host name from a URL is this machine. */
export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
}

/** The first of these variables that is set, even if it is empty. */
function firstSet(names: readonly string[]): { readonly name: string; readonly value: string } | undefined {
  const name = names.find((each) => process.env[each] !== undefined);
  return name === undefined ? undefined : { name, value: (process.env[name] ?? '').trim() };
}

function whatIsWrong(proxy: string): string | undefined {
  const url = URL.parse(proxy);
  if (url === null || url.hostname === '') return 'is not the URL of a proxy';
  if (!PROXY_SCHEMES.includes(url.protocol)) return 'names a kind of proxy that is not supported';
  try {
    decodeURIComponent(`${url.username}:${url.password}`);
    return undefined;
  } catch {
    return 'has a user name or password with a `%` that is not followed by two hex digits (a literal `%` is `%25`)';
  }
}

/**
 * Whether `NO_PROXY` exempts the Hub. Entries are separated by commas or spaces: `*`, a domain with all of its subdomains
 * (with or without a leading dot), `*.domain`, an IP address, a network (`10.0.0.0/8`); each can end in `:port`.
 */
function isExempt(hub: URL, noProxy: string): boolean {
  const host = plainHost(hub.hostname);
  const port = hub.port || (hub.protocol === 'https:' ? '443' : '80');
  return noProxy.split(/[\s,]+/).some((entry) => {
    const { name, onPort } = partsOf(entry);
    return (onPort === undefined || onPort === port) && matches(host, name);
  });
}

function matches(host: string, name: string): boolean {
  if (name === '') return false;
  if (name === '*') return true;
  if (isIP(host) !== 0) return isInNetwork(host, name);
  if (name.startsWith('*.')) return host.endsWith(name.slice(1));
  const domain = name.replace(/^\./, '');
  return host === domain || host.endsWith(`.${domain}`);
}

/** Whether an IP address is in a network, or is the only address of it. */
function isInNetwork(host: string, network: string): boolean {
  const [address = '', length] = network.split('/', 2);
  const family = isIP(address);
  const maxLength = family === 4 ? 32 : 128;
  const prefix = length === undefined ? maxLength : /^\d{1,3}$/.test(length) ? Number(length) : Number.NaN;
  if (family === 0 || isIP(host) !== family || !(prefix <= maxLength)) return false;
  const type = family === 4 ? 'ipv4' : 'ipv6';
  const list = new BlockList();
  list.addSubnet(address, prefix, type);
  return list.check(host, type);
}

/** An entry's name and port. A port follows an IPv6 address only if that is in brackets. */
function partsOf(entry: string): { readonly name: string; readonly onPort: string | undefined } {
  const [, bracketed, plain, onPort] = /^(?:(\[[^\]]*\])|([^:]*))(?::(\d+))?$/.exec(entry) ?? [];
  return { name: plainHost(bracketed ?? plain ?? entry), onPort };
}

/** Without the brackets of an IPv6 address, and without the dot at the end of a full domain name. */
function plainHost(host: string): string {
  return foldCase(host)
    .replace(/^\[(.*)\]$/, '$1')
    .replace(/(.)\.$/, '$1');
}
