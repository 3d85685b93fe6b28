import { Injectable } from '@nestjs/common';
import { isCodeChallenge } from '../authorization-codes/code-challenge';
import { type Parameter, urlencodedParameters } from '../auth/parameters';
import { toForm } from '../auth/read-form';
import type { Dialect } from '../auth/dialect';
import type { TokenFacts } from '../auth/token-audit';
import { CLIENT_ID, type Client } from '../clients/client';
import { ClientStore } from '../clients/client.store';
import { isRegisteredRedirectUri } from '../clients/redirect-uri';
import { GatehouseError } from '../errors/gatehouse-error';
import type { Form } from '../grants/form';

/** What `prompt` may ask for; other values are ignored. */
export const PROMPTS = ['none', 'login', 'consent', 'select_account'] as const;

type Prompt = (typeof PROMPTS)[number];

/** Longer values are of no use to anyone, and some of them are kept. */
const LONGEST_VALUE = 4_096;

/** An ID token may list many groups. */
const LONGEST_ID_TOKEN = 8_192;

/** Where answers may be sent: the client is known, and the address is one of its own. */
export interface RedirectTarget {
  readonly dialect: Dialect;
  readonly client: Client;
  readonly redirectUri: string;
  readonly state: string | undefined;
  /** As they were sent, repeats included. */
  readonly parameters: readonly Parameter[];
}

/** A login that a client asks for: RFC 6749 section 4.1.1, OpenID Connect Core section 3.1.2.1. */
export interface AuthorizationRequest extends RedirectTarget {
  readonly form: Form;
  readonly scope: string | undefined;
  readonly nonce: string | undefined;
  /** S256. */
  readonly codeChallenge: string | undefined;
  readonly prompt: readonly Prompt[];
  /** Seconds since the user last proved who it is. */
  readonly maxAge: number | undefined;
  readonly loginHint: string | undefined;
  /** An ID token of the user who is to be logged in. */
  readonly idTokenHint: string | undefined;
  readonly domain: string | undefined;
  readonly orgId: string | undefined;
}

@Injectable()
export class AuthorizationRequestReader {
  constructor(private readonly clients: ClientStore) {}

  /**
   * The first look at a request: who asks, and where does the answer go? As long as this is not known the user is told
   * what is wrong, and nobody else (RFC 6749 section 4.1.2.1).
   * @param facts is told which client it claims to be
   * @throws {GatehouseError} `invalid_request`
   */
  async target(dialect: Dialect, query: string, facts: TokenFacts): Promise<RedirectTarget> {
    const parameters = urlencodedParameters(query);
    const clientId = onlyValue(parameters, 'client_id');
    const isPlausible = clientId !== undefined && CLIENT_ID.test(clientId);
    if (isPlausible) facts.clientId = clientId;
    const client = isPlausible ? await this.clients.find(clientId) : undefined;
    if (client === undefined) {
      throw new GatehouseError('invalid_request', 'The application that sent you here is not known.', {
        detail: clientId === undefined ? 'client_id is missing or repeated' : 'the client is unknown or disabled',
      });
    }
    const redirectUri = onlyValue(parameters, 'redirect_uri');
    if (redirectUri === undefined || !isRegisteredRedirectUri(redirectUri, client.redirectUris)) {
      throw new GatehouseError(
        'invalid_request',
        'The address to return to is not one that the application has registered.',
        {
          detail:
            redirectUri === undefined
              ? `redirect_uri of ${client.id} is missing or repeated`
              : `redirect_uri is not registered for ${client.id}: ${redirectUri}`,
        },
      );
    }
    return { dialect, client, redirectUri, state: onlyValue(parameters, 'state'), parameters };
  }

  /** @throws {GatehouseError} for the redirect target to hear of */
  read(target: RedirectTarget): AuthorizationRequest {
    const { client, dialect } = target;
    const form = toForm(target.parameters);
    refuseUnsupported(form);
    if (!client.grantTypes.includes('authorization_code')) {
      throw new GatehouseError('unauthorized_client', 'This grant is not switched on for the client.');
    }
    return {
      ...target,
      form,
      scope: form.get('scope'),
      nonce: form.get('nonce'),
      codeChallenge: codeChallenge(form, client),
      prompt: prompt(form),
      maxAge: maxAge(form),
      loginHint: dialect.loginHintNames.map((name) => form.get(name)).find((hint) => hint !== undefined),
      idTokenHint: form.get('id_token_hint'),
      domain: form.get('domain'),
      orgId: form.get('orgId'),
    };
  }
}

function onlyValue(parameters: readonly Parameter[], wanted: string): string | undefined {
  const [value, ...more] = parameters.filter(([name]) => name === wanted).map(([, one]) => one);
  return value === '' || more.length > 0 ? undefined : value;
}

function refuseUnsupported(form: Form): void {
  for (const [name, value] of form) {
    const longest = name === 'id_token_hint' ? LONGEST_ID_TOKEN : LONGEST_VALUE;
    if (value.length > longest) throw new GatehouseError('invalid_request', `${name} is too long.`);
  }
  if (form.has('request')) throw new GatehouseError('request_not_supported', 'Request objects are not supported.');
  if (form.has('request_uri')) {
    throw new GatehouseError('request_uri_not_supported', 'Request objects are not supported.');
  }
  const responseType = form.get('response_type');
  if (responseType === undefined) throw new GatehouseError('invalid_request', 'response_type is missing.');
  if (responseType !== 'code') throw new GatehouseError('unsupported_response_type', 'response_type must be code.');
  const responseMode = form.get('response_mode') ?? 'query';
  if (responseMode !== 'query') throw new GatehouseError('invalid_request', 'response_mode must be query.');
}

/** RFC 7636 section 4.3. Without a method it would mean `plain`, which protects nothing (RFC 9700 section 2.1.1). */
function codeChallenge(form: Form, { forcePkce, publicClient }: Client): string | undefined {
  const [challenge, method] = [form.get('code_challenge'), form.get('code_challenge_method')];
  if (challenge === undefined) {
    if (forcePkce || publicClient) throw new GatehouseError('invalid_request', 'code_challenge is missing.');
    if (method !== undefined) throw new GatehouseError('invalid_request', 'code_challenge is missing.');
    return undefined;
  }
  if (method !== 'S256') throw new GatehouseError('invalid_request', 'code_challenge_method must be S256.');
  if (!isCodeChallenge(challenge)) {
    throw new GatehouseError('invalid_request', 'code_challenge must be the base64url of a SHA-256.');
  }
  return challenge;
}

function prompt(form: Form): Prompt[] {
  const asked = (form.get('prompt') ?? '').split(' ');
  const values = PROMPTS.filter((value) => asked.includes(value));
  if (values.includes('none') && values.length > 1) {
    throw new GatehouseError('invalid_request', 'prompt=none stands alone.');
  }
  return values;
}

function maxAge(form: Form): number | undefined {
  const text = form.get('max_age');
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text)) throw new GatehouseError('invalid_request', 'max_age must be a number of seconds.');
  return Number(text);
}
