import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ClientEntity } from './client.entity';
import { ClientSecretEntity } from './client-secret.entity';
import { ClientSecretUsage } from './client-secret-usage';
import { ClientStore } from './client.store';

@Module({
  imports: [TypeOrmModule.forFeature([ClientEntity, ClientSecretEntity])],
  providers: [ClientStore, ClientSecretUsage],
  exports: [ClientStore, ClientSecretUsage],
})
export class ClientsModule {}
