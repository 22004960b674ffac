import type { ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import { gzipSync } from 'node:zlib';
import type { Fault, HubSettings, RecordedRequest } from './options.ts';
import { Refusal } from './refusal.ts';
import type { Answer } from './routes/call.ts';
import { brokenGzip, endless, gzipBomb, padded, pour, trickle } from './streaming.ts';
import { drop, goAway, isGone, reset } from './wire.ts';
import { htmlPage, worded } from './wording.ts';

const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' };
const HTML_TYPE = { 'Content-Type': 'text/html; charset=utf-8' };
const GZIP = { 'Content-Encoding': 'gzip' };
const DEFAULT_BYTES = 64 * 2 ** 20;
const DEFAULT_RATE = 1024;

/** Sends an answer, packed if the Hub packs and the client accepts that, and notes on the request that it was given. */
export function send(
  response: ServerResponse,
  request: RecordedRequest,
  answer: Answer,
  settings: HubSettings,
): void {
  const { status, headers, body } = packed(answer, request, settings);
  const length = body.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
  if (!isGone(response)) request.status = status;
  // Before the last byte leaves: the client's next request must not look as if it overlapped with this one.
  request.finishedAt ??= performance.now();
  response.writeHead(status, { ...headers, 'Content-Length': length });
  for (const part of body) response.write(part);
  response.end();
}

function packed(answer: Answer, { headers }: RecordedRequest, { compress }: HubSettings): Answer {
  if (!compress || answer.body.length === 0 || !/\bgzip\b/.test(String(headers['accept-encoding'])))
    return answer;
  return {
    ...answer,
    headers: { ...answer.headers, ...GZIP, Vary: 'Accept-Encoding' },
    body: [gzipSync(bytesOf(answer))],
  };
}

/** Lets a fault strike a request. `answer` is the Hub's own, if it came to one. Resolves when nothing more is sent. */
export async function strike(
  fault: Fault,
  settings: HubSettings,
  response: ServerResponse,
  request: RecordedRequest,
  answer: Answer | undefined,
): Promise<void> {
  const { kind, bytes = DEFAULT_BYTES } = fault;
  const whole = (): Buffer => Buffer.from(fault.body === undefined ? bytesOf(answer) : textOf(fault.body));
  const begin = (headers: Record<string, string | number> = {}) =>
    response.writeHead(fault.status ?? answer?.status ?? 200, {
      ...JSON_TYPE,
      ...answer?.headers,
      ...fault.headers,
      ...headers,
    });
  switch (kind) {
    case 'hang':
      return;
    case 'delay':
      if (answer) send(response, request, answer, settings);
      return;
    case 'reset':
    case 'drop':
    case 'goaway':
      request.finishedAt = performance.now();
      if (kind === 'goaway') goAway(response);
      else if (kind === 'drop') drop(response);
      else reset(response);
      return;
    case 'truncate': {
      const text = whole();
      request.finishedAt = performance.now();
      begin({ 'Content-Length': text.length });
      response.write(text.subarray(0, Math.floor(text.length / 2)), () => drop(response));
      return;
    }
    case 'stall': {
      const text = whole();
      begin({ 'Content-Length': text.length });
      response.write(text.subarray(0, Math.floor(text.length / 2)));
      return;
    }
    case 'endless':
      begin();
      await pour(response, request, endless('["', fault.body === undefined ? 'x' : textOf(fault.body)));
      return;
    case 'huge':
      begin({ 'Content-Length': Math.max(bytes, whole().length) });
      await pour(response, request, padded(whole(), bytes));
      return;
    case 'slow':
      begin({ 'Content-Length': whole().length });
      await trickle(response, request, whole(), fault.bytesPerSecond ?? DEFAULT_RATE);
      return;
    case 'gzip-bomb':
      begin(GZIP);
      await pour(response, request, gzipBomb(bytes));
      return;
    case 'broken-gzip':
      begin(GZIP);
      await pour(response, request, [brokenGzip(whole())]);
      return;
    default:
      send(response, request, faultyAnswer(fault, kind, settings), settings);
  }
}

function faultyAnswer(
  fault: Fault,
  kind: 'wrong-json' | 'html' | 'empty' | 'redirect' | 'status',
  settings: HubSettings,
): Answer {
  const { status = 200, headers, body } = fault;
  switch (kind) {
    case 'wrong-json':
      return { status, headers: { ...JSON_TYPE, ...headers }, body: [textOf(body ?? { unexpected: true })] };
    case 'html':
      return { status, headers: { ...HTML_TYPE, ...headers }, body: [textOf(body ?? htmlPage(status))] };
    case 'empty':
      return { status, headers: { ...headers }, body: [] };
    case 'redirect':
      return {
        status: fault.status ?? 307,
        headers: { Location: fault.location ?? '/', ...headers },
        body: [],
      };
    case 'status':
      return withStatus(fault, settings);
  }
}

function withStatus({ status = 500, headers, body }: Fault, settings: HubSettings): Answer {
  if (body !== undefined) return { status, headers: { ...JSON_TYPE, ...headers }, body: [textOf(body)] };
  const answer = worded(settings, new Refusal(status, 'Fault', STATUS_CODES[status] ?? 'Error'));
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** The body in one piece; if the Hub did not come to an answer, or it is empty, something that could be one. */
function bytesOf(answer: Answer | undefined): Buffer {
  const body = Buffer.concat((answer?.body ?? []).map((part) => Buffer.from(part)));
  return body.length > 0 ? body : Buffer.from('{"id":"507f1f77bcf86cd799439011"}');
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
