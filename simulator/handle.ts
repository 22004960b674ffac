import type { RecordedRequest } from './options.ts';
import type { QuotaCounter } from './quota.ts';
import { splitUrl } from './record.ts';
import { invalid, Refusal } from './refusal.ts';
import type { Answer } from './routes/call.ts';
import { findRoute } from './routes/index.ts';
import { authenticate } from './rules/rights.ts';
import type { HubState } from './state.ts';
import { worded } from './wording.ts';

/** In place of the body of a request whose text was no JSON. */
export const MALFORMED = Symbol('malformed');

/** The Hub's answer to a request, after the work is done. Everything happens at once: no request sees another half-way. */
export function handle(
  state: HubState,
  quota: QuotaCounter,
  origin: string,
  request: RecordedRequest,
  body: unknown,
): Answer {
  const authorization = String(request.headers['authorization'] ?? '');
  const { headers, refusal } = quota.count(authorization);
  const answer = refusal ? worded(state.settings, refusal) : answerOf();
  const { warning } = state.settings;
  // HTML and nothing at all are what a proxy answers, which knows no request ids.
  const isJson = answer.headers?.['Content-Type']?.startsWith('application/json');
  return {
    ...answer,
    headers: {
      ...headers,
      ...(isJson && { 'X-Request-Id': request.id }),
      ...(warning !== undefined && { 'X-HF-Warning': warning }),
      ...answer.headers,
    },
  };

  function answerOf(): Answer {
    try {
      const viewer = authenticate(state, authorization);
      const { path, query } = splitUrl(request.url);
      const { handler, params } = findRoute(request.method, path);
      if (body === MALFORMED) throw invalid('The body is not valid JSON');
      return handler({ state, viewer, params, query, body, path, origin });
    } catch (error) {
      if (error instanceof Refusal) return worded(state.settings, error);
      throw error;
    }
  }
}
