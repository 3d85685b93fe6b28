import { Module } from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import { AuthModule } from '../auth.module';
import { ApiTokenController } from './csp/api-token.controller';
import { CspKeysController } from './csp/csp-keys.controller';
import { CspTokenController } from './csp/csp-token.controller';
import { CspDialect } from './csp/csp.dialect';
import { DialectErrorFilter } from './dialect-error.filter';
import { Dialects } from './dialects';
import { DiscoveryDocument } from './discovery-document';
import { IdentityManagerKeysController } from './identity-manager/identity-manager-keys.controller';
import { IdentityManagerTokenController } from './identity-manager/identity-manager-token.controller';
import { IdentityManagerDialect } from './identity-manager/identity-manager.dialect';
import { OAuthController } from './oauth/oauth.controller';
import { OAuthDialect } from './oauth/oauth.dialect';
import { PublicKeys } from './public-keys';
import { TokenExchange } from './token-exchange';

@Module({
  imports: [AuthModule],
  controllers: [
    CspTokenController,
    ApiTokenController,
    CspKeysController,
    IdentityManagerTokenController,
    IdentityManagerKeysController,
    OAuthController,
  ],
  providers: [
    CspDialect,
    IdentityManagerDialect,
    OAuthDialect,
    Dialects,
    DiscoveryDocument,
    PublicKeys,
    TokenExchange,
    { provide: APP_FILTER, useClass: DialectErrorFilter },
  ],
  exports: [Dialects],
})
export class DialectsModule {}
