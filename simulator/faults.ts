import { foldCase } from '../src/text/words.ts';
import type { Fault, RecordedRequest } from './options.ts';

/** The faults that have been ordered, and how often each has met a request that it fits. */
export interface FaultRules {
  add(faults: readonly Fault[]): void;
  clear(): void;
  /** The first fault that is due for the request. Every fault that fits it counts it. */
  next(request: RecordedRequest): Fault | undefined;
}

/** An empty set of faults. */
export function createFaultRules(): FaultRules {
  let rules: { fault: Fault; met: number; struck: number }[] = [];

  function next(request: RecordedRequest): Fault | undefined {
    let due: (typeof rules)[number] | undefined;
    for (const rule of rules) {
      const { match = {}, skip = 0, times = 1 } = rule.fault;
      if (!fits(match, request)) continue;
      rule.met += 1;
      const isTurn = match.nth === undefined ? rule.met > skip : rule.met === match.nth;
      if (isTurn && rule.struck < times) due ??= rule;
    }
    if (due) due.struck += 1;
    return due?.fault;
  }

  return {
    next,
    add: (faults) => rules.push(...faults.map((fault) => ({ fault, met: 0, struck: 0 }))),
    clear: () => {
      rules = [];
    },
  };
}

function fits({ method, path, user }: NonNullable<Fault['match']>, request: RecordedRequest): boolean {
  if (method !== undefined && method.toUpperCase() !== request.method) return false;
  if (typeof path === 'string' && !request.path.includes(path)) return false;
  if (path instanceof RegExp && request.path.search(path) < 0) return false;
  return user === undefined || namedUsers(request).includes(foldCase(user));
}

/** The users that the body or the end of the path names, in lower case. */
export function namedUsers({ path, body }: RecordedRequest): string[] {
  const users: unknown = Object(body).users;
  const listed = Array.isArray(users) ? users.map((entry) => Object(entry).user ?? Object(entry).name) : [];
  return [...listed, path.slice(path.lastIndexOf('/') + 1)].map((name) => foldCase(String(name)));
}
