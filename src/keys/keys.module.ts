import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { CredentialHasher } from './credential-hasher';
import { KeyEncryption } from './key-encryption';
import { KeyRing } from './key-ring';
import { ServiceSecretEntity } from './service-secret.entity';
import { ServiceSecrets } from './service-secrets';
import { Signer } from './signer';
import { SigningKeyEntity } from './signing-key.entity';

@Module({
  imports: [TypeOrmModule.forFeature([SigningKeyEntity, ServiceSecretEntity])],
  providers: [KeyEncryption, ServiceSecrets, CredentialHasher, KeyRing, Signer],
  exports: [CredentialHasher, KeyRing, ServiceSecrets, Signer],
})
export class KeysModule {}
