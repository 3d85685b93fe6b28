import type { Dialect } from '../auth/dialect';
import type { Form } from '../grants/form';
import type { Page } from './pages/page';

/** A request of a person's browser as a value. */
export interface BrowserRequest {
  readonly id: string;
  readonly dialect: Dialect;
  /** IP address. */
  readonly address: string;
  readonly receivedAt: Date;
  /** Path under which the browser knows this page. */
  readonly path: string;
  /** Without the question mark; empty when there is none. */
  readonly query: string;
  /** What the browser's session cookie holds. */
  readonly sessionSecret: string | undefined;
}

/** One of our own forms, sent by one of our own pages: a {@link BrowserRequest} whose form token was right. */
export interface SubmittedForm extends BrowserRequest {
  readonly form: Form;
}

interface SessionChange {
  /** What the session cookie is to hold from now on; null: nothing. */
  readonly session?: string | null;
}

export type BrowserAnswer = (
  { readonly kind: 'page'; readonly page: Page } | { readonly kind: 'redirect'; readonly to: string }
) &
  SessionChange;
