import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module';
import { CredentialHasher } from './credential-hasher';
import { FirstKeys } from './first-keys';
import { KeyChanges } from './key-changes';
import { KeyEncryption } from './key-encryption';
import { KeyRing } from './key-ring';
import { KeyRotation } from './key-rotation';
import { RotationSchedule } from './rotation-schedule';
import { ServiceSecretEntity } from './service-secret.entity';
import { ServiceSecrets } from './service-secrets';
import { Signer } from './signer';
import { SigningKeyEntity } from './signing-key.entity';
import { SigningKeyMaker } from './signing-key-maker';
import { SigningKeyUsage } from './signing-key-usage';
import { SigningKeyStore } from './signing-key.store';

@Module({
  imports: [TypeOrmModule.forFeature([SigningKeyEntity, ServiceSecretEntity]), AuditModule],
  providers: [
    KeyEncryption,
    ServiceSecrets,
    CredentialHasher,
    SigningKeyStore,
    SigningKeyMaker,
    SigningKeyUsage,
    FirstKeys,
    KeyRing,
    KeyChanges,
    KeyRotation,
    RotationSchedule,
    Signer,
  ],
  exports: [CredentialHasher, KeyRing, KeyRotation, ServiceSecrets, Signer],
})
export class KeysModule {}
