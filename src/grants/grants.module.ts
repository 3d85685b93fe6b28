import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { GrantTypeRegistry } from './grant-type.registry';
import { ClientCredentialsGrant } from './providers/client-credentials.grant';

/** The grants that come with the service. A team's own come with its own module: see extensions.ts. */
@Module({
  imports: [DiscoveryModule],
  providers: [GrantTypeRegistry, ClientCredentialsGrant],
  exports: [GrantTypeRegistry],
})
export class GrantsModule {}
