import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { LoginModule } from '../../login/login.module';
import { TokensModule } from '../../tokens/tokens.module';
import { AuthModule } from '../auth.module';
import { BrowserLogin } from './browser-login';
import { ApiTokenController } from './csp/api-token.controller';
import { CspInspectionController } from './csp/csp-inspection.controller';
import { CspKeysController } from './csp/csp-keys.controller';
import { CspLoginController } from './csp/csp-login.controller';
import { CspLogout } from './csp/csp-logout';
import { CspTokenController } from './csp/csp-token.controller';
import { CspDialect } from './csp/csp.dialect';
import { DialectErrorFilter } from './dialect-error.filter';
import { Dialects } from './dialects';
import { DiscoveryDocument } from './discovery-document';
import { IdentityManagerKeysController } from './identity-manager/identity-manager-keys.controller';
import { IdentityManagerLoginController } from './identity-manager/identity-manager-login.controller';
import { IdentityManagerTokenController } from './identity-manager/identity-manager-token.controller';
import { IdentityManagerDialect } from './identity-manager/identity-manager.dialect';
import { OAuthInspectionController } from './oauth/oauth-inspection.controller';
import { OAuthLoginController } from './oauth/oauth-login.controller';
import { OAuthController } from './oauth/oauth.controller';
import { OAuthDialect } from './oauth/oauth.dialect';
import { PublicKeys } from './public-keys';
import { TokenExchange } from './token-exchange';
import { TokenInspection } from './token-inspection';
import { Userinfo } from './userinfo';

@Module({
  imports: [AuthModule, LoginModule, TokensModule],
  controllers: [
    CspTokenController,
    ApiTokenController,
    CspInspectionController,
    CspKeysController,
    CspLoginController,
    IdentityManagerTokenController,
    IdentityManagerKeysController,
    IdentityManagerLoginController,
    OAuthController,
    OAuthInspectionController,
    OAuthLoginController,
  ],
  providers: [
    BrowserLogin,
    CspDialect,
    CspLogout,
    IdentityManagerDialect,
    OAuthDialect,
    Dialects,
    DiscoveryDocument,
    PublicKeys,
    TokenExchange,
    TokenInspection,
    Userinfo,
    { provide: APP_FILTER, useClass: DialectErrorFilter },
  ],
  exports: [Dialects],
})
export class DialectsModule {}
