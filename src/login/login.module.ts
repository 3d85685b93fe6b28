import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module';
import { AuthModule } from '../auth/auth.module';
import { AuthorizationCodesModule } from '../authorization-codes/authorization-codes.module';
import { BrowserSessionsModule } from '../browser-sessions/browser-sessions.module';
import { ClientsModule } from '../clients/clients.module';
import { OrgsModule } from '../orgs/orgs.module';
import { ServicesModule } from '../services/services.module';
import { ThrottlingModule } from '../throttling/throttling.module';
import { TokensModule } from '../tokens/tokens.module';
import { UsersModule } from '../users/users.module';
import { AuthorizationEndpoint } from './authorization-endpoint';
import { AuthorizationRequestReader } from './authorization-request';
import { BrowserExchange } from './browser-exchange';
import { CodeIssuer } from './code-issuer';
import { ConsentPage } from './consent-page';
import { ConsentEntity } from './consent.entity';
import { Consents } from './consents';
import { FormProtection } from './form-protection';
import { LoginScope } from './login';
import { LoginPages } from './login-pages';
import { Logout } from './logout';
import { LogoutEndpoint } from './logout-endpoint';
import { PageAssetsController } from './page-assets.controller';
import { PageRenderer } from './pages/page-renderer';
import { PasswordLogin } from './password-login';
import { PublicPath } from './public-path';
import { SessionCookie } from './session-cookie';

@Module({
  imports: [
    TypeOrmModule.forFeature([ConsentEntity]),
    AuditModule,
    AuthModule,
    AuthorizationCodesModule,
    BrowserSessionsModule,
    ClientsModule,
    OrgsModule,
    ServicesModule,
    ThrottlingModule,
    TokensModule,
    UsersModule,
  ],
  controllers: [PageAssetsController],
  providers: [
    AuthorizationEndpoint,
    AuthorizationRequestReader,
    BrowserExchange,
    CodeIssuer,
    ConsentPage,
    Consents,
    FormProtection,
    LoginPages,
    LoginScope,
    Logout,
    LogoutEndpoint,
    PageRenderer,
    PasswordLogin,
    PublicPath,
    SessionCookie,
  ],
  exports: [AuthorizationEndpoint, BrowserExchange, Logout, LogoutEndpoint],
})
export class LoginModule {}
