import { HubError, type HubErrorKind } from '../errors.ts';
import { errorMessage, headerValue, requestIdOf } from './error-message.ts';
import {
  type Failure,
  type HttpRequest,
  type HttpResponse,
  isGood,
  type SendOptions,
  sendOnce,
} from './http.ts';
import { NetworkError } from './network-error.ts';

/** A usable response. */
export interface Reply<T> {
  readonly value: T;
  readonly status: number;
  readonly headers: HttpResponse['headers'];
}

/** A request that brought no usable response, and what a person should be told about it. */
export interface FailedAttempt {
  readonly failure: Failure;
  readonly message: string;
  readonly response?: HttpResponse;
  readonly cause?: NetworkError;
}

/** Sends a request once. What can go wrong on the way to the Hub and back is returned, not thrown. */
export async function attempt<T>(
  request: HttpRequest<T>,
  options: SendOptions,
): Promise<Reply<T> | FailedAttempt> {
  try {
    const response = await sendOnce(request, options);
    const { status, body, headers, isTooLarge = false } = response;
    if (!isGood(status)) {
      const message = refusal(response, options);
      return { failure: { kind: 'status', status }, message, response };
    }
    if (body !== undefined) return { value: body.value, status, headers };
    const what = isTooLarge ? 'a response that is too large for this request' : 'an unexpected response';
    const message = `The Hub returned ${what} (${status}).`;
    return { failure: { kind: 'unusable', isFinal: isTooLarge }, message, response };
  } catch (error) {
    if (!(error instanceof NetworkError)) throw error;
    const { sent, isFinal, message } = error;
    return { failure: { kind: 'network', sent, isFinal }, message, cause: error };
  }
}

/** The error that a request ends in after its last attempt. */
export function hubErrorOf(kind: HubErrorKind, { message, response, cause }: FailedAttempt): HubError {
  const code = cause?.code ?? headerValue(response?.headers['x-error-code']);
  const requestId = response === undefined ? undefined : requestIdOf(response.headers);
  return new HubError(kind, message, {
    cause,
    ...(response === undefined ? {} : { status: response.status }),
    ...(code === undefined ? {} : { code }),
    ...(requestId === undefined ? {} : { requestId }),
  });
}

function refusal(response: HttpResponse, { origin, redactor }: SendOptions): string {
  const { status } = response;
  if (status >= 300 && status < 400) {
    return `${origin} answered with a redirect (${status}), which is not followed: is hub-url right?`;
  }
  const text = errorMessage(response, redactor);
  return text === '' ? `The Hub answered ${status}.` : `The Hub answered ${status}: ${text}`;
}
