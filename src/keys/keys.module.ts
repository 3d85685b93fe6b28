import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '../audit/audit.module';
import { CredentialHasher } from './credential-hasher';
import { Custodies } from './custodies';
import { ExclusiveKeyChange } from './exclusive-key-change';
import { FirstKeys } from './first-keys';
import { KeyChanges } from './key-changes';
import { KeyEncryption } from './key-encryption';
import { KeyResealing } from './key-resealing';
import { KeyRing } from './key-ring';
import { KeyRotation } from './key-rotation';
import { RotationSchedule } from './rotation-schedule';
import { SealedKeyCustody } from './sealed-key-custody';
import { ServiceSecretEntity } from './service-secret.entity';
import { ServiceSecrets } from './service-secrets';
import { Signer } from './signer';
import { SigningKeyEntity } from './signing-key.entity';
import { SigningKeyMaker } from './signing-key-maker';
import { SigningKeyUsage } from './signing-key-usage';
import { SigningKeyStore } from './signing-key.store';

@Module({
  imports: [TypeOrmModule.forFeature([SigningKeyEntity, ServiceSecretEntity]), AuditModule, DiscoveryModule],
  providers: [
    KeyEncryption,
    SealedKeyCustody,
    Custodies,
    KeyResealing,
    ServiceSecrets,
    CredentialHasher,
    SigningKeyStore,
    SigningKeyMaker,
    SigningKeyUsage,
    FirstKeys,
    KeyRing,
    KeyChanges,
    ExclusiveKeyChange,
    KeyRotation,
    RotationSchedule,
    Signer,
  ],
  exports: [CredentialHasher, KeyResealing, KeyRing, KeyRotation, ServiceSecrets, Signer],
})
export class KeysModule {}
