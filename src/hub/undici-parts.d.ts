declare module 'undici/lib/api/index.js' {
  const api: Pick<import('undici').Dispatcher, 'request' | 'stream' | 'pipeline' | 'upgrade' | 'connect'>;
  // biome-ignore lint/style/noDefaultExport: CommonJS
  export default api;
}

declare module 'undici/lib/dispatcher/dispatcher.js' {
  // biome-ignore lint/style/noDefaultExport: CommonJS
  export { Dispatcher as default } from 'undici';
}

declare module 'undici/lib/dispatcher/env-http-proxy-agent.js' {
  // biome-ignore lint/style/noDefaultExport: CommonJS
  export { EnvHttpProxyAgent as default } from 'undici';
}
