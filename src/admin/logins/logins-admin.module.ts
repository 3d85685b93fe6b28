import { Module } from '@nestjs/common';
import { TokensModule } from '../../tokens/tokens.module';
import { AdministrationModule } from '../administration.module';
import { OrgsAdminModule } from '../orgs/orgs-admin.module';
import { LoginsAdministration } from './logins-administration';
import { LoginsController } from './logins.controller';
import { Revocations } from './revocations';
import { RevocationsController } from './revocations.controller';

/** Ends logins, and revokes tokens, for those who administer their users, clients and orgs. */
@Module({
  imports: [AdministrationModule, OrgsAdminModule, TokensModule],
  controllers: [LoginsController, RevocationsController],
  providers: [LoginsAdministration, Revocations],
})
export class LoginsAdminModule {}
