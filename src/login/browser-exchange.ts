import { Injectable } from '@nestjs/common';
import type { Request, Response } from 'express';
import helmet from 'helmet';
import type { Dialect } from '../auth/dialect';
import { AuditedDecision } from '../auth/token-audit';
import { CATALOGUE } from '../errors/catalogue';
import { GatehouseError } from '../errors/gatehouse-error';
import { pathOf } from '../http/access-log';
import { receivedAtOf } from '../http/received-at';
import { requestIdOf } from '../http/request-id';
import { send } from '../http/send';
import type { BrowserAnswer, BrowserRequest, SubmittedForm } from './browser-request';
import { fieldsOf, FORM_TOKEN, FormProtection } from './form-protection';
import { contentSecurityOf } from './pages/content-security';
import type { Page } from './pages/page';
import { PageRenderer } from './pages/page-renderer';
import { PublicPath } from './public-path';
import { SessionCookie } from './session-cookie';

const HTML = { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store', 'X-Frame-Options': 'DENY' };

/** Longer ones do not fit into the headers that servers take, with the rest. */
const LONGEST_URL = 12_288;

/** What a client may send as a form and we send on in a URL: nothing that is not meant for one, such as a password. */
const MAY_STAND_IN_URL = new Set([
  'acr_values',
  'client_id',
  'code_challenge',
  'code_challenge_method',
  'display',
  'domain',
  'id_token_hint',
  'login_hint',
  'logout_hint',
  'max_age',
  'nonce',
  'orgId',
  'post_logout_redirect_uri',
  'prompt',
  'redirect_uri',
  'request',
  'request_uri',
  'response_mode',
  'response_type',
  'scope',
  'state',
  'u',
  'ui_locales',
]);

/** Between Express and the login: makes a browser's request a value, and writes pages, redirects and cookies. */
@Injectable()
export class BrowserExchange {
  constructor(
    private readonly protection: FormProtection,
    private readonly cookie: SessionCookie,
    private readonly renderer: PageRenderer,
    private readonly publicPath: PublicPath,
    private readonly audited: AuditedDecision,
  ) {}

  async open(
    dialect: Dialect,
    request: Request,
    response: Response,
    handle: (request: BrowserRequest) => Promise<BrowserAnswer>,
  ): Promise<void> {
    this.answer(request, response, await handle(this.valueOf(dialect, request, response)), 302);
  }

  /**
   * A POST: one of our own forms, or a client's request, which a client may also send so (OpenID Connect Core section
   * 3.1.2.1, RP-Initiated Logout section 2). The latter is sent on as a GET, with which our cookies come.
   */
  async submit(
    dialect: Dialect,
    request: Request,
    response: Response,
    handle: (request: SubmittedForm) => Promise<BrowserAnswer>,
  ): Promise<void> {
    const sent = fieldsOf(request);
    if (!sent.some(([name]) => name === FORM_TOKEN || name === 'step')) {
      const asked = new URLSearchParams(sent.filter(([name]) => MAY_STAND_IN_URL.has(name)).map(([...pair]) => pair));
      const url = `${this.publicPath.of(pathOf(request))}?${asked.toString()}`;
      if (url.length > LONGEST_URL) throw new GatehouseError('payload_too_large', 'The request is too long for a URL.');
      return this.redirect(response, url, 303);
    }
    const asked = this.valueOf(dialect, request, response);
    const form = await this.audited.run('form.refuse', asked, () => Promise.resolve(this.protection.formOf(request)));
    const answer = await handle({ ...asked, form });
    this.answer(request, response, answer, 303);
  }

  /** What went wrong, for the person before the browser. */
  sendError(error: GatehouseError, response: Response): void {
    const [status] = CATALOGUE[error.code].oauth;
    if (error.allow !== undefined) response.setHeader('Allow', error.allow.join(', '));
    const model = {
      title: status >= 500 ? 'This does not work just now' : 'This cannot go on',
      message: error.message,
      // The catalogue's remedies are for developers.
      remedy: status >= 500 ? 'Please try again in a minute.' : 'Please go back to the application and begin again.',
      requestId: requestIdOf(response),
      // In another tab the user may have logged in meanwhile: then the page itself goes on.
      retryHref: error.code === 'form_expired' ? this.publicPath.of(response.req.originalUrl) : undefined,
    };
    this.sendPage({ name: 'error', model, status, retryAfterSeconds: error.retryAfterSeconds }, '', response);
  }

  private valueOf(dialect: Dialect, request: Request, response: Response): BrowserRequest {
    return {
      id: requestIdOf(response),
      dialect,
      address: request.ip ?? '',
      path: this.publicPath.of(pathOf(request)),
      query: request.originalUrl.split('?').slice(1).join('?'),
      receivedAt: receivedAtOf(request),
      sessionSecret: this.cookie.read(request),
    };
  }

  private answer(request: Request, response: Response, answer: BrowserAnswer, redirectStatus: 302 | 303): void {
    if (answer.session !== undefined) this.cookie.write(response, answer.session);
    if (answer.kind === 'redirect') return this.redirect(response, answer.to, redirectStatus);
    this.sendPage(answer.page, this.protection.tokenFor(request, response), response);
  }

  /** 303 after a form: the browser must not send the password on (RFC 9700 section 4.12). */
  private redirect(response: Response, to: string, status: 302 | 303): void {
    send(response, { status, headers: { Location: asciiUrl(to), 'Cache-Control': 'no-store' }, body: '' });
  }

  private sendPage(page: Page, formToken: string, response: Response): void {
    const directives = contentSecurityOf(page);
    if (page.retryAfterSeconds !== undefined) response.setHeader('Retry-After', String(page.retryAfterSeconds));
    helmet.contentSecurityPolicy({ useDefaults: false, directives })(response.req, response, () => undefined);
    send(response, { status: page.status ?? 200, headers: HTML, body: this.renderer.render(page, formToken) });
  }
}

/** A header holds ASCII, a redirect URI may be registered with more. */
function asciiUrl(url: string): string {
  return /^[\x21-\x7E]*$/.test(url) ? url : new URL(url).href;
}
