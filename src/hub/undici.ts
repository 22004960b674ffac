import api from 'undici/lib/api/index.js';
import Agent from 'undici/lib/dispatcher/agent.js';
import Dispatcher from 'undici/lib/dispatcher/dispatcher.js';
import Pool from 'undici/lib/dispatcher/pool.js';
import ProxyAgent from 'undici/lib/dispatcher/proxy-agent.js';

/*
 * What undici's own index does, as far as it is needed here. The index loads fetch, WebSocket, caches and mocks as well,
 * which is half of the time that the action takes to start (`npm run bench -- start`).
 */
Object.assign(Dispatcher.prototype, api);

export { Agent, Pool, ProxyAgent };
