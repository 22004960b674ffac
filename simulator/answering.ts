import type { ServerResponse } from 'node:http';
import { STATUS_CODES } from 'node:http';
import type { Fault, HubSettings, RecordedRequest } from './options.ts';
import { Refusal } from './refusal.ts';
import type { Answer } from './routes/call.ts';
import { htmlPage, worded } from './wording.ts';

const JSON_TYPE = { 'Content-Type': 'application/json; charset=utf-8' };
const HTML_TYPE = { 'Content-Type': 'text/html; charset=utf-8' };

/** Sends an answer, and notes on the request that it was given. */
export function send(
  response: ServerResponse,
  request: RecordedRequest,
  { status, headers, body }: Answer,
): void {
  const length = body.reduce((sum, part) => sum + Buffer.byteLength(part), 0);
  if (!response.destroyed) request.status = status;
  // Before the last byte leaves: the client's next request must not look as if it overlapped with this one.
  request.finishedAt ??= performance.now();
  response.writeHead(status, { ...headers, 'Content-Length': length });
  for (const part of body) response.write(part);
  response.end();
}

/** Lets a fault strike a request. `answer` is the Hub's own, where it came to one. */
export function strike(
  fault: Fault,
  settings: HubSettings,
  response: ServerResponse,
  request: RecordedRequest,
  answer: Answer | undefined,
): void {
  switch (fault.kind) {
    case 'hang':
      return;
    case 'delay':
      if (answer) send(response, request, answer);
      return;
    case 'reset':
      request.finishedAt = performance.now();
      response.socket?.resetAndDestroy();
      return;
    case 'truncate':
      truncate(response, request, fault, answer);
      return;
    default:
      send(response, request, faultyAnswer(fault, fault.kind, settings));
  }
}

function faultyAnswer(
  fault: Fault,
  kind: Exclude<Fault['kind'], 'delay' | 'hang' | 'reset' | 'truncate'>,
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

function truncate(
  response: ServerResponse,
  request: RecordedRequest,
  fault: Fault,
  answer: Answer | undefined,
): void {
  const text = fault.body === undefined ? answer?.body.join('') : textOf(fault.body);
  const whole = Buffer.from(text || '{"id":"507f1f77bcf86cd799439011"}');
  request.finishedAt = performance.now();
  response.writeHead(fault.status ?? answer?.status ?? 200, {
    ...JSON_TYPE,
    ...answer?.headers,
    ...fault.headers,
    'Content-Length': whole.length,
  });
  response.write(whole.subarray(0, Math.floor(whole.length / 2)), () => response.socket?.destroy());
}

function textOf(body: unknown): string {
  return typeof body === 'string' ? body : JSON.stringify(body);
}
