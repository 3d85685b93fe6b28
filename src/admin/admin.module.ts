import { Module } from '@nestjs/common';
import { ApiTokensAdminModule } from './api-tokens/api-tokens-admin.module';
import { AuditAdminModule } from './audit/audit-admin.module';
import { ClientsAdminModule } from './clients/clients-admin.module';
import { DomainsAdminModule } from './domains/domains-admin.module';
import { GroupsAdminModule } from './groups/groups-admin.module';
import { KeysAdminModule } from './keys/keys-admin.module';
import { LoggedInModule } from './logged-in/logged-in.module';
import { LoginsAdminModule } from './logins/logins-admin.module';
import { OrgsAdminModule } from './orgs/orgs-admin.module';
import { PersonDataModule } from './person-data/person-data.module';
import { ServicesAdminModule } from './services/services-admin.module';
import { TrustedIssuersAdminModule } from './trusted-issuers/trusted-issuers-admin.module';
import { UsersAdminModule } from './users/users-admin.module';

/** The administration API: orgs, people, clients and what they may. */
@Module({
  imports: [
    ApiTokensAdminModule,
    AuditAdminModule,
    ClientsAdminModule,
    DomainsAdminModule,
    GroupsAdminModule,
    KeysAdminModule,
    LoggedInModule,
    LoginsAdminModule,
    OrgsAdminModule,
    PersonDataModule,
    ServicesAdminModule,
    TrustedIssuersAdminModule,
    UsersAdminModule,
  ],
})
export class AdminModule {}
