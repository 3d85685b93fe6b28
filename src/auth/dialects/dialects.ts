import { Injectable } from '@nestjs/common';
import { type Dialect, LOGOUT_PATH } from '../dialect';
import { CspDialect } from './csp/csp.dialect';
import { IdentityManagerDialect } from './identity-manager/identity-manager.dialect';
import { OAuthDialect } from './oauth/oauth.dialect';

/** Which dialect is spoken at a path. */
@Injectable()
export class Dialects {
  readonly all: readonly Dialect[];
  /** Paths at which people look. */
  readonly pagePaths: readonly string[];

  constructor(csp: CspDialect, identityManager: IdentityManagerDialect, oauth: OAuthDialect) {
    // The oauth dialect's prefix is every path's: it comes last.
    this.all = [csp, identityManager, oauth];
    this.pagePaths = [...this.all.map(({ endpoints }) => endpoints.authorization_endpoint), LOGOUT_PATH];
  }

  at(path: string): Dialect {
    const dialect = this.all.find(({ pathPrefix }) => path.startsWith(pathPrefix));
    if (dialect === undefined) throw new Error('A path that does not start with a slash has no dialect.');
    return dialect;
  }
}
