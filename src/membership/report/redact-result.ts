import { redactEmails } from '../../text/redact.ts';
import type { RunResult } from '../run-result.ts';

/**
 * `result` with every email address in it redacted, in inputs, messages, and names of groups. Locations stay: annotations
 * need the file's true name, and by its line the person is found again.
 */
export function redactResult(result: RunResult): RunResult {
  return redacted(result) as RunResult;
}

function redacted(value: unknown): unknown {
  if (typeof value === 'string') return redactEmails(value);
  if (Array.isArray(value)) return value.map(redacted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, part]) => [key, key === 'location' ? part : redacted(part)]),
  );
}
