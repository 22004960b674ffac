import { invalid, notFound } from '../refusal.ts';
import type { Viewer, Visit } from '../rules/rights.ts';
import { enterOrg, requirePaidPlan } from '../rules/rights.ts';
import type { JsonPart } from '../shapes.ts';
import type { GroupState, HubState } from '../state.ts';

/** A request that has been read, and whose token is known. */
export interface Call {
  readonly state: HubState;
  readonly viewer: Viewer;
  /** The variable parts of the path, decoded. */
  readonly params: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: unknown;
  /** Path without the query, as it was sent. */
  readonly path: string;
  /** The Hub's own origin. */
  readonly origin: string;
}

export interface Answer {
  readonly status: number;
  /** A header with several values is sent several times. */
  readonly headers?: Record<string, string | string[]>;
  /** Parts of one text; several, so that large groups are never put into one string. */
  readonly body: readonly JsonPart[];
  /** Whether something on the Hub was changed. */
  readonly applied?: boolean;
}

export type Handler = (call: Call) => Answer;

/** 200 with a value as JSON. */
export function ok(value: unknown, applied = false): Answer {
  return okJson([JSON.stringify(value)], applied);
}

/** 200 with JSON that has been made already. */
export function okJson(body: readonly JsonPart[], applied = false): Answer {
  return { status: 200, headers: { 'Content-Type': 'application/json; charset=utf-8' }, body, applied };
}

/** One part of the path. */
export function param({ params }: Call, name: string): string {
  return params[name] ?? '';
}

/** The body as an object with unknown values. Throws the 400 of anything else. */
export function bodyObject({ body }: Call): Record<string, unknown> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw invalid('Expected a JSON object');
  return body as Record<string, unknown>;
}

/** The viewer in the organization of the path. Throws whatever keeps them out. */
export function visit(call: Call): Visit {
  return enterOrg(call.state, call.viewer, param(call, 'org'));
}

/** The same for a call that is about resource groups, which not every plan has. */
export function visitGroups(call: Call): Visit {
  const visitor = visit(call);
  requirePaidPlan(visitor.org);
  return visitor;
}

/** The group of the path. Throws the 404 of an unknown one. */
export function groupOf(call: Call, { org }: Visit): GroupState {
  const group = org.groups.get(param(call, 'group'));
  if (!group) throw notFound('Resource group');
  return group;
}
