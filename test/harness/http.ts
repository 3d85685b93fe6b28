import { expectDocumented } from './documented';

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** The body as JSON; fails the test when it is none. */
  readonly json: Record<string, unknown>;
}

interface Post {
  readonly form?: Record<string, string> | string;
  readonly headers?: Record<string, string>;
}

/** POSTs a form. */
export function post(url: string, { form = {}, headers = {} }: Post = {}): Promise<Answer> {
  return send(url, {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-www-form-urlencoded', ...headers },
    body: typeof form === 'string' ? form : new URLSearchParams(form).toString(),
  });
}

export function get(url: string, headers: Record<string, string> = {}): Promise<Answer> {
  return send(url, { headers });
}

/** Every answer is held against the OpenAPI document. */
export async function send(url: string, init: RequestInit): Promise<Answer> {
  const response = await fetch(url, init);
  const text = await response.text();
  expectDocumented(init.method ?? 'GET', url, response.status, text);
  return {
    status: response.status,
    headers: response.headers,
    text,
    get json() {
      return JSON.parse(text) as Record<string, unknown>;
    },
  };
}

/** As most clients do it: id and secret raw. */
export function basic(id: string, secret: string): Record<string, string> {
  return { Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}` };
}
