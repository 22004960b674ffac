import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from '@jest/globals';

const MAIN = fileURLToPath(new URL('../../simulator/main.ts', import.meta.url));

test('from the command line: says where it is and what to try, and stops when told', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'hub-'));
  const file = join(folder, 'org.json');
  writeFileSync(file, JSON.stringify({ name: 'umbrella', members: ['ada'], groups: ['One'] }));
  const child = spawn(process.execPath, [MAIN, '--org-file', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    const [output] = (await once(child.stdout, 'data')) as [Buffer];
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(output.toString())?.[0];
    expect(output.toString()).toMatch('HF_TOKEN=hf_test');
    const response = await fetch(`${url}/api/organizations/umbrella/resource-groups`, {
      headers: { authorization: 'Bearer hf_test' },
    });
    expect(await response.json()).toMatchObject([{ name: 'One' }]);
    child.kill('SIGINT');
    expect(await once(child, 'exit')).toEqual([0, null]);
  } finally {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
});
