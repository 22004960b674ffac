import type { LinkForm } from '../organization-options.ts';

/** One or several `Link` headers that lead to the next page, in any form that RFC 8288 allows, or in none. */
export function linkTo(url: string, form: LinkForm): string | string[] {
  const first = `<${url.replace(/[?&]cursor=[^&]*/, '')}>; rel="first"; title="a, <b>; rel=next, \\"c\\""`;
  const next = `<${url}>; rel="next"`;
  switch (form) {
    case 'plain':
      return next;
    case 'unquoted':
      return `<${url}>;rel=next`;
    case 'several-headers':
      return [first, next];
    case 'one-list':
      return `${first}, ${next}`;
    case 'parameters':
      return `<${url}>; title="a, <b>; rel=prev"; REL="last next"; foo`;
    case 'relative': {
      const { pathname, search } = new URL(url);
      return `<${pathname}${search}>; rel="next"`;
    }
    case 'unreadable':
      return `<${url}; rel="next"`;
  }
}
