import { Injectable, type OnModuleInit } from '@nestjs/common';
import { doubleCsrf, type DoubleCsrfUtilities } from 'csrf-csrf';
import type { Request, Response } from 'express';
import { toForm, utf8 } from '../auth/read-form';
import { type Parameter, urlencodedParameters } from '../auth/parameters';
import { GatehouseError } from '../errors/gatehouse-error';
import type { Form } from '../grants/form';
import { bodyOf } from '../http/raw-body';
import { ServiceSecrets } from '../keys/service-secrets';
import { cookiesOf, SessionCookie } from './session-cookie';

/** Field of our forms that proves that one of our pages made them. */
export const FORM_TOKEN = 'form_token';

/** Keeps other sites from sending our forms: a token in the form, bound to a cookie and to the browser's session. */
@Injectable()
export class FormProtection implements OnModuleInit {
  private csrf: DoubleCsrfUtilities | undefined;

  constructor(
    private readonly secrets: ServiceSecrets,
    private readonly cookie: SessionCookie,
  ) {}

  async onModuleInit(): Promise<void> {
    const secret = (await this.secrets.get('form tokens')).toString('base64url');
    this.csrf = doubleCsrf({
      getSecret: () => secret,
      getSessionIdentifier: (request) => this.cookie.read(request) ?? '',
      cookieName: this.cookie.nameOf('gatehouse_form'),
      // Lax, so that a login that another site's link began shares it with those in other tabs.
      cookieOptions: { sameSite: 'lax', secure: this.cookie.secure, httpOnly: true, path: '/' },
      getCsrfTokenFromRequest: (request) => formOf(request).get(FORM_TOKEN),
    });
  }

  /** A token for the form of a page, whose cookie is set with the answer. */
  tokenFor(request: Request, response: Response): string {
    return this.utilities(request).generateCsrfToken(request, response);
  }

  /**
   * The form, once it is known to be one of ours.
   * @throws {GatehouseError} `form_expired`, `invalid_request`
   */
  formOf(request: Request): Form {
    const form = formOf(request);
    if (!this.utilities(request).validateRequest(request)) {
      throw new GatehouseError('form_expired', 'This page was open for too long, or did not come from here.');
    }
    return form;
  }

  private utilities(request: Request): DoubleCsrfUtilities {
    if (this.csrf === undefined) throw new Error('FormProtection is used before it is initialised.');
    Object.assign(request, { cookies: cookiesOf(request) }); // where the library looks
    return this.csrf;
  }
}

function formOf(request: Request): Form {
  return toForm(fieldsOf(request));
}

/**
 * The fields of a form as they were sent, repeats included.
 * @throws {GatehouseError} `invalid_request` or `unsupported_media_type`
 */
export function fieldsOf(request: Request): Parameter[] {
  const body = bodyOf(request);
  const isForm = /^application\/x-www-form-urlencoded\b/i.test(request.headers['content-type'] ?? '');
  if (!isForm && body.length > 0) throw new GatehouseError('unsupported_media_type', 'Send a form.');
  return urlencodedParameters(utf8(body));
}
