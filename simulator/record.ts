import type { IncomingMessage } from 'node:http';
import { foldCase } from '../src/text/words.ts';
import type { RecordedRequest } from './options.ts';

/** The nth request, as it arrives: without its body. */
export function recordOf(
  request: IncomingMessage,
  nth: number,
  routeOf: (method: string, path: string) => string,
): RecordedRequest {
  const { method = 'GET', url = '/', headers, httpVersion } = request;
  const { path, query } = splitUrl(url);
  return {
    id: `Root=1-${nth.toString(16).padStart(8, '0')}`,
    method,
    route: `${method} ${routeOf(method, path)}`,
    httpVersion,
    path: decodedPath(path),
    url,
    query: Object.fromEntries(query),
    headers,
    body: undefined,
    at: performance.now(),
  };
}

/** Path and query of a request, nothing decoded or normalised in the path. */
export function splitUrl(url: string): { path: string; query: URLSearchParams } {
  const mark = url.indexOf('?');
  return mark < 0
    ? { path: url, query: new URLSearchParams() }
    : { path: url.slice(0, mark), query: new URLSearchParams(url.slice(mark + 1)) };
}

function decodedPath(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

/** How many requests there were for each route: `{ 'GET …/resource-groups/{group}': 2 }`. */
export function countByRoute(requests: readonly Pick<RecordedRequest, 'route'>[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { route } of requests) counts[route] = (counts[route] ?? 0) + 1;
  return counts;
}

/**
 * Pairs of writes to one group (POST, PATCH and DELETE of users, and of the group itself) that were in flight at the same
 * time. There should be none (design.md, "How a batch is applied").
 */
export function overlappingWrites(
  requests: readonly RecordedRequest[],
): [RecordedRequest, RecordedRequest][] {
  const overlaps: [RecordedRequest, RecordedRequest][] = [];
  const inFlight = new Map<string, RecordedRequest[]>();
  for (const request of requests.toSorted((a, b) => a.at - b.at)) {
    const group = /\/resource-groups\/([^/?]+)/.exec(foldCase(request.url))?.[1];
    if (group === undefined || request.method === 'GET') continue;
    const earlier = (inFlight.get(group) ?? []).filter(
      ({ finishedAt = Infinity }) => finishedAt > request.at,
    );
    for (const other of earlier) overlaps.push([other, request]);
    inFlight.set(group, [...earlier, request]);
  }
  return overlaps;
}
