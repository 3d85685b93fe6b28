import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ClientsModule } from '../../clients/clients.module';
import { ClientEntity } from '../../clients/client.entity';
import { ClientSecretEntity } from '../../clients/client-secret.entity';
import { GrantsModule } from '../../grants/grants.module';
import { KeysModule } from '../../keys/keys.module';
import { AdministrationModule } from '../administration.module';
import { ClientPrivileges } from './client-privileges';
import { ClientSecrets } from './client-secrets';
import { ClientSecretsController } from './client-secrets.controller';
import { ClientsAdministration } from './clients-administration';
import { ClientsController } from './clients.controller';
import { OAuth2Clients } from './oauth2-clients';
import { OAuth2ClientsController } from './oauth2-clients.controller';

@Module({
  imports: [
    TypeOrmModule.forFeature([ClientEntity, ClientSecretEntity]),
    AdministrationModule,
    ClientsModule,
    GrantsModule,
    KeysModule,
  ],
  controllers: [ClientsController, ClientSecretsController, OAuth2ClientsController],
  providers: [ClientPrivileges, ClientSecrets, ClientsAdministration, OAuth2Clients],
})
export class ClientsAdminModule {}
