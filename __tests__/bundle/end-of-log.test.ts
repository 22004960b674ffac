import { expect, test } from '@jest/globals';
import { type ActionName, runBundle } from '../../scripts/runner.ts';

const RUN = {
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY: 'acme/people',
  GITHUB_RUN_ID: '7',
  GITHUB_ACTION_REPOSITORY: 'acme/add-resource-group-members',
  GITHUB_ACTION_REF: 'v1.2.3',
};

const TITLES: Readonly<Record<ActionName, string>> = {
  'add-members': 'Add members',
  'sync-members': 'Sync members',
  'access-check': 'Access check',
  'list-groups': 'List groups',
};

test.each(Object.entries(TITLES) as [ActionName, string][])(
  '%s ends its log with its version and a link to the job summary, also if it fails, which has a title',
  async (action, title) => {
    const { stdout, annotations } = await runBundle(action, { inputs: { org: 'acme' }, env: RUN });
    expect(annotations.map(({ kind, properties }) => [kind, properties])).toEqual([['error', { title }]]);
    expect(stdout.trimEnd().split('\n').slice(-2)).toEqual([
      'Action: acme/add-resource-group-members@v1.2.3',
      'Job summary and artifacts: https://github.com/acme/people/actions/runs/7',
    ]);
  },
);
