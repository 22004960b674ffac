/** The variables that name a proxy, the one that counts first. */
const VARIABLES = {
  httpProxy: ['http_proxy', 'HTTP_PROXY'],
  httpsProxy: ['https_proxy', 'HTTPS_PROXY'],
} as const;

/** Addresses of proxies, in the terms of undici's `EnvHttpProxyAgent`. Absent where there is none. */
export type Proxies = { readonly [kind in keyof typeof VARIABLES]?: string };

/**
 * The proxies of the environment. Where one is written without `http://`, as other tools let people do, it is added.
 * Adds to `problems` each variable that holds no address, but never what it holds: that may be a password.
 */
export function readProxies(problems: string[]): Proxies {
  return Object.fromEntries(
    Object.entries(VARIABLES).flatMap(([kind, names]) => {
      const name = names.find((each) => process.env[each] !== undefined);
      const given = name === undefined ? '' : (process.env[name] ?? '').trim();
      if (given === '') return [];
      const address = /^[a-z][a-z\d+.-]*:\/\//i.test(given) ? given : `http://${given}`;
      if (URL.canParse(address)) return [[kind, address]];
      problems.push(
        `The environment variable \`${name}\` is not the address of a proxy: write it like \`http://proxy.example.com:3128\`, or leave it out.`,
      );
      return [];
    }),
  );
}
