import { STATUS_CODES } from 'node:http';
import type { ErrorKey, HubSettings } from './options.ts';
import type { Refusal } from './refusal.ts';
import type { Answer } from './routes/call.ts';

const HTML = { 'Content-Type': 'text/html; charset=utf-8' };

/** A refusal as that Hub words it: the wording of errors is not documented (hub-api.md, "Base"). */
export function worded(
  { wording, errorKey }: HubSettings,
  { status, code, message, extra }: Refusal,
): Answer {
  const phrase = STATUS_CODES[status] ?? 'Error';
  switch (wording) {
    case 'empty':
      return { status, body: [] };
    case 'html':
      return { status, headers: HTML, body: [htmlPage(status)] };
    case 'plain':
      return jsonError(status, errorKey, phrase, extra, { 'X-Error-Message': phrase });
    case 'named':
      return jsonError(status, errorKey, message, extra, {
        'X-Error-Code': code,
        // A header holds Latin-1 only, a message may quote any name.
        'X-Error-Message': message.replace(/[^\x20-\x7e]/g, '?'),
      });
  }
}

/** What a proxy or an outage answers. */
export function htmlPage(status: number): string {
  const phrase = `${status} ${STATUS_CODES[status] ?? 'Error'}`;
  return `<!DOCTYPE html>\n<html><head><title>${phrase}</title></head><body><h1>${phrase}</h1></body></html>\n`;
}

function jsonError(
  status: number,
  key: ErrorKey,
  text: string,
  extra: Record<string, unknown>,
  headers: Record<string, string>,
): Answer {
  return {
    status,
    headers: { 'Content-Type': 'application/json; charset=utf-8', ...headers },
    body: [JSON.stringify({ ...extra, ...textUnder(key, text) })],
  };
}

function textUnder(key: ErrorKey, text: string): object {
  switch (key) {
    case 'error[]':
      return { error: [text, 'Please try again later.'] };
    case 'errors[].message':
      return { errors: [{ message: text }] };
    default:
      return { [key]: text };
  }
}
