import { Refusal } from '../refusal.ts';
import { serviceAccountShape, whoamiShape } from '../shapes.ts';
import type { Answer, Call } from './call.ts';
import { ok } from './call.ts';

/** `GET /api/whoami-v2`. It answers restricted tokens too: that is how one learns of the restriction. */
export function whoami({ state, viewer }: Call): Answer {
  const answer = viewer.token.whoami ?? 'normal';
  if (typeof answer === 'number') throw new Refusal(answer, 'Unavailable', 'This answer was scripted');
  if (answer === 'odd-shape')
    return ok({ user: viewer.account.name, auth: { accessToken: ['odd'] }, orgs: 'none' });
  if (answer === 'service-account') return ok(serviceAccountShape(state, viewer));
  return ok({ ...whoamiShape(state, viewer), ...(answer === 'no-orgs' && { orgs: [] }) });
}
