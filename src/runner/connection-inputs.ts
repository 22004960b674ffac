import { getInput } from '@actions/core';
import { DEFAULTS, number } from './input-values.ts';
import { isLoopback, readProxy } from './proxies.ts';

/** Which Hub, with which token, and which organization: what every action needs. */
export interface ConnectionInputs {
  readonly token: string;
  readonly org: string;
  /** Origin of the Hub, without a trailing slash. */
  readonly hubUrl: string;
  readonly timeoutMs: number;
  /** URL of the proxy to reach the Hub through; undefined if it is reached directly. */
  readonly proxy: string | undefined;
}

/** The inputs that every action has. */
export function connection(problems: string[]): ConnectionInputs {
  const inputs = {
    token: token(problems),
    org: organization(problems),
    hubUrl: hubUrl(problems),
    timeoutMs: number('timeout-seconds', { min: 0.001, max: 3600 }, problems) * 1000,
  };
  return { ...inputs, proxy: readProxy(inputs.hubUrl, problems) };
}

/** The token as given: the input, or else the ecosystem's variable. Empty if there is none. */
export function givenToken(): string {
  return getInput('hf-token') || (process.env['HF_TOKEN'] ?? '').trim();
}

function token(problems: string[]): string {
  const given = givenToken();
  if (given === '') {
    problems.push(
      'No token. Set `hf-token: ${{ secrets.HF_TOKEN }}`, and store the token as a secret of that name. ' +
        'A secret is empty if it belongs to an environment that the job does not name (`environment:`), and in workflows that a pull request from a fork starts.',
    );
  } else if (!/^[\x21-\x7e]+$/.test(given)) {
    problems.push(
      'The token in `hf-token` has white space or other characters that no token has. Copy it again.',
    );
  }
  return given;
}

const NAME = /^[A-Za-z0-9](?!.*\.\.)[A-Za-z0-9._-]*$/;

function organization(problems: string[]): string {
  const org = getInput('org');
  if (org === '') {
    problems.push(
      "`org` is required. Use the name in the organization's URL: for huggingface.co/acme-inc that is `acme-inc`.",
    );
  } else if (!NAME.test(org)) {
    problems.push(
      `\`org\` is "${org}", which is not the name in an organization's URL. ${meantOrganization(org)}`,
    );
  }
  return org;
}

/** The name at the end of a URL, or the form that a title most likely has in one. */
function meantOrganization(org: string): string {
  const last = org.replace(/\/+$/, '').split(/[/@]/).at(-1) ?? '';
  if (NAME.test(last)) return `Write \`${last}\`.`;
  const slug = last
    .trim()
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^-+|-+$/g, '');
  const forms = [...new Set([slug, slug.toLowerCase()])].map((form) => `\`${form}\``).join(' or ');
  const example = NAME.test(slug) ? ` It may be ${forms}.` : '';
  return `Use the name in its URL, not its title: for huggingface.co/acme-inc that is \`acme-inc\`.${example}`;
}

function hubUrl(problems: string[]): string {
  const given = getInput('hub-url') || (process.env['HF_ENDPOINT'] ?? '').trim() || DEFAULTS['hub-url'];
  const url = URL.canParse(given) ? new URL(given) : undefined;
  const wrong = (why: string) => {
    problems.push(`\`hub-url\` ${why}. Write it like \`${DEFAULTS['hub-url']}\`.`);
    return DEFAULTS['hub-url'];
  };
  if (url === undefined || !/^https?:$/.test(url.protocol)) return wrong('is not a URL');
  if (url.username !== '' || url.password !== '') return wrong('must not have a name or password in it');
  if (url.protocol === 'http:' && !isLoopback(url.hostname)) {
    return wrong('must begin with https:// (http:// is for addresses of this machine only)');
  }
  if (url.pathname !== '/' || url.search !== '' || url.hash !== '') {
    return wrong('must be the URL of the Hub alone, without a path');
  }
  return url.origin;
}
