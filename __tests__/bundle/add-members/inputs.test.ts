import { afterEach, describe, expect, test } from '@jest/globals';
import { InputError } from '../../../src/errors.ts';
import { readAddMembersInputs } from '../../../src/runner/inputs.ts';

const GOOD = { 'hf-token': 'hf_test', org: 'acme', 'resource-group': 'Cohort 2024', users: 'ada' };
const OLD = { ...process.env };

afterEach(() => {
  process.env = { ...OLD };
});

/** The inputs as a runner hands them over. */
function read(inputs: Record<string, string>, env: Record<string, string> = {}) {
  process.env = { ...OLD, HF_TOKEN: '', HF_ENDPOINT: '', ...env };
  for (const [name, value] of Object.entries({ ...GOOD, ...inputs })) {
    process.env[`INPUT_${name.toUpperCase()}`] = value;
  }
  return readAddMembersInputs();
}

/** What is wrong with them, a line each. */
function problems(inputs: Record<string, string>): string[] {
  try {
    read(inputs);
    return [];
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return error.message.split('\n');
  }
}

describe('an input that is wrong is told alone:', () => {
  const cases: [string, Record<string, string>, RegExp][] = [
    ['no token', { 'hf-token': '' }, /^No token\. Set `hf-token/],
    ['a token with a line break', { 'hf-token': 'hf_a\nhf_b' }, /`hf-token` has white space/],
    ['a token with a letter that no token has', { 'hf-token': 'hf_ä' }, /`hf-token` has/],
    ['no org', { org: '' }, /^`org` is required\./],
    [
      'a page for an org',
      { org: 'https://huggingface.co/acme' },
      /"https:.*", which is not the name.*Write `acme`\./,
    ],
    [
      "a page of an organization's settings for an org",
      { org: 'https://huggingface.co/organizations/acme/settings/members' },
      /Write `acme`\./,
    ],
    ['the name of a repository for an org', { org: 'acme/people' }, /Write `acme`\./],
    ['a page without a scheme for an org', { org: 'huggingface.co/acme/' }, /Write `acme`\./],
    ['an org with an @', { org: '@acme' }, /Write `acme`\./],
    ['two orgs', { org: 'acme, other' }, /which is not the name.*It may be `acme-other`\.$/],
    ['a path for an org', { org: '../acme' }, /Write `acme`\./],
    ['neither users nor csv', { users: '' }, /No one is named\. Set `users`.*or `csv`/],
    ['a role of organizations', { role: 'no_access' }, /`role` is "no_access"/],
    ['a misspelt role', { role: 'contributer' }, /Did you mean `contributor`\?/],
    ['an unknown policy', { 'on-existing': 'overwrite' }, /`on-existing` is "overwrite".*`keep`, `update`/],
    ['a misspelt policy', { 'on-existing': 'updates' }, /Did you mean `update`\?/],
    ['yes', { 'allow-missing': 'yes' }, /`allow-missing` is "yes".*`true`, `false`/],
    ['1', { 'dry-run': '1' }, /`dry-run` is "1", but must be one of `true`, `false`/],
    ['no people in a request', { 'chunk-size': '0' }, /`chunk-size` is "0".*whole number from 1 to 1000/],
    ['too many people in a request', { 'chunk-size': '1001' }, /`chunk-size` is "1001"/],
    ['half a person', { 'chunk-size': '2.5' }, /`chunk-size` is "2.5"/],
    ['words for a number', { 'chunk-size': '50 people' }, /`chunk-size` is "50 people".*for example `50`/],
    ['a negative wait', { 'max-wait-minutes': '-1' }, /`max-wait-minutes` is "-1"/],
    ['an endless wait', { 'max-wait-minutes': 'Infinity' }, /`max-wait-minutes` is "Infinity"/],
    ['a comma in a fraction', { 'max-wait-minutes': '0,5' }, /`max-wait-minutes` is "0,5"/],
    ['a hexadecimal wait', { 'max-wait-minutes': '0x10' }, /`max-wait-minutes` is "0x10"/],
    ['no time', { 'timeout-seconds': '0' }, /`timeout-seconds` is "0"/],
    ['a unit', { 'timeout-seconds': '30s' }, /`timeout-seconds` is "30s"/],
    ['maybe', { 'redact-emails': 'maybe' }, /`redact-emails` is "maybe".*`true`, `false`, `auto`/],
    ['a star beside a group', { 'resource-group': '*,Cohort 2024' }, /`resource-group` has `\*`/],
    ['http', { 'hub-url': 'http://huggingface.co' }, /`hub-url` must begin with https/],
    ['http, nearly on loopback', { 'hub-url': 'http://127.0.0.1.nip.io' }, /must begin with https/],
    ['http, on localhost somewhere', { 'hub-url': 'http://localhost.acme.com' }, /must begin with https/],
    ['credentials', { 'hub-url': 'https://me:secret@huggingface.co' }, /must not have a name or password/],
    ['a path', { 'hub-url': 'https://huggingface.co/api' }, /must be the URL of the Hub alone/],
    ['a query', { 'hub-url': 'https://huggingface.co?x=1' }, /must be the URL of the Hub alone/],
    ['no scheme', { 'hub-url': 'huggingface.co' }, /`hub-url` is not a URL/],
    ['another scheme', { 'hub-url': 'file:///etc/passwd' }, /`hub-url` is not a URL/],
  ];

  test.each(cases)('%s', (_, inputs, message) => {
    expect(problems(inputs)).toEqual([expect.stringMatching(message)]);
    expect(problems(inputs)[0]).not.toContain('me:secret');
  });
});

test('whatever is wrong is told at once', () => {
  const all = problems({ org: '', users: '', role: 'x', 'dry-run': 'x', 'chunk-size': 'x', 'hub-url': 'x' });
  expect(all).toHaveLength(6);
});

describe('an input that is right:', () => {
  test.each([
    ['the Hub unless told', {}, { hubUrl: 'https://huggingface.co' }],
    ['another Hub', { 'hub-url': 'https://hub.acme.com:8443/' }, { hubUrl: 'https://hub.acme.com:8443' }],
    ['a Hub on this machine', { 'hub-url': 'http://localhost:8080' }, { hubUrl: 'http://localhost:8080' }],
    ['by its address', { 'hub-url': 'http://127.4.5.6' }, { hubUrl: 'http://127.4.5.6' }],
    ['and that of tomorrow', { 'hub-url': 'http://[::1]:80/' }, { hubUrl: 'http://[::1]' }],
    ['a role in capitals', { role: 'ADMIN' }, { role: 'admin' }],
    [
      'a boolean in capitals',
      { 'dry-run': 'True', 'allow-missing': 'FALSE' },
      { dryRun: true, allowMissing: false },
    ],
    [
      'fractions',
      { 'max-wait-minutes': '0.5', 'timeout-seconds': '2.5' },
      { maxWaitMs: 30_000, timeoutMs: 2_500 },
    ],
    ['no wait', { 'max-wait-minutes': '0' }, { maxWaitMs: 0 }],
    ['the ends of a range', { 'chunk-size': '1000' }, { chunkSize: 1000 }],
    ['groups by line and comma', { 'resource-group': 'a b,\n c\r\n,,d,d' }, { groups: ['a b', 'c', 'd'] }],
    ['every group', { 'resource-group': '*' }, { groups: ['*'] }],
    ['an org with a dot', { org: 'acme.ai-2_x' }, { org: 'acme.ai-2_x' }],
    ['a CSV instead of users', { users: '', csv: 'people.csv' }, { users: '', csv: 'people.csv' }],
  ])('%s', (_, inputs, expected) => {
    expect(read(inputs as Record<string, string>)).toMatchObject(expected);
  });

  test('the environment counts if the input is empty', () => {
    const env = { HF_TOKEN: ' hf_env\n', HF_ENDPOINT: 'https://hub.acme.com' };
    expect(read({ 'hf-token': '' }, env)).toMatchObject({ token: 'hf_env', hubUrl: env.HF_ENDPOINT });
    expect(read({ 'hub-url': 'http://localhost' }, env)).toMatchObject({
      token: 'hf_test',
      hubUrl: 'http://localhost',
    });
  });
});
