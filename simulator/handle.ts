import { foldCase } from '../src/text/words.ts';
import { namedUsers } from './faults.ts';
import type { HubSettings, RecordedRequest } from './options.ts';
import type { QuotaCounter } from './quota.ts';
import { splitUrl } from './record.ts';
import { forbidden, invalid, MALFORMED, Refusal } from './refusal.ts';
import type { Answer } from './routes/call.ts';
import { findRoute } from './routes/index.ts';
import { authenticate } from './rules/rights.ts';
import type { HubState } from './state.ts';
import { worded } from './wording.ts';

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
  // HTML and nothing at all are what a proxy answers, which knows no request ids of the Hub.
  const isJson = String(answer.headers?.['Content-Type']).startsWith('application/json');
  return {
    ...answer,
    headers: {
      ...headers,
      ...requestIds(state.settings.requestIdHeaders, request.id, isJson),
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
      return troubled(state.settings, request, () =>
        handler({ state, viewer, params, query, body, path, origin }),
      );
    } catch (error) {
      if (error instanceof Refusal) return worded(state.settings, error);
      throw error;
    }
  }
}

/** What `work` answers, unless the request is a write that names a person for whom the Hub always fails. */
function troubled(settings: HubSettings, request: RecordedRequest, work: () => Answer): Answer {
  if (request.method === 'GET') return work();
  const named = namedUsers(request);
  const isNamed = (users: readonly string[]) => users.some((user) => named.includes(foldCase(user)));
  if (isNamed(settings.failFor)) throw new Refusal(500, 'InternalError', 'Internal Server Error');
  if (isNamed(settings.refuseFor)) throw forbidden('Forbidden', 'This is not possible.');
  const answer = work();
  return answer.applied && isNamed(settings.loseFor)
    ? { ...worded(settings, new Refusal(504, 'Timeout', 'Gateway Time-out')), applied: true }
    : answer;
}

function requestIds(
  names: HubSettings['requestIdHeaders'],
  id: string,
  isJson: boolean,
): Record<string, string> {
  const told = names.map((name, index) => [name, index === 0 ? id : `${id}-${name}`] as const);
  return Object.fromEntries(told.filter(([name]) => isJson || name !== 'X-Request-Id'));
}
