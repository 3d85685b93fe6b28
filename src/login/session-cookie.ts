import { Injectable } from '@nestjs/common';
import { parseCookie } from 'cookie';
import type { Request, Response } from 'express';
import { Configuration } from '../config/configuration';

/**
 * The cookie that tells which browser it is. Over TLS its name begins with `__Host-`: no other host, and no page
 * without TLS, can have set it (RFC 6265bis section 4.1.3.2).
 */
@Injectable()
export class SessionCookie {
  readonly secure: boolean;
  private readonly name: string;

  constructor({ issuers }: Configuration) {
    this.secure = issuers.oauth.startsWith('https:');
    this.name = this.nameOf('gatehouse_session');
  }

  /** The name that a cookie with that meaning has here. */
  nameOf(meaning: string): string {
    return this.secure ? `__Host-${meaning}` : meaning;
  }

  read(request: Request): string | undefined {
    return cookiesOf(request)[this.name];
  }

  /** @param secret null: takes the cookie away */
  write(response: Response, secret: string | null): void {
    const options = { path: '/', httpOnly: true, secure: this.secure, sameSite: 'lax' } as const;
    if (secret === null) response.clearCookie(this.name, options);
    else response.cookie(this.name, secret, options);
  }
}

export function cookiesOf(request: Request): Record<string, string | undefined> {
  return parseCookie(request.headers.cookie ?? '');
}
