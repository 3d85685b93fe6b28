import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ThrottlingModule } from '../throttling/throttling.module';
import { DomainEntity } from './domain.entity';
import { DomainStore } from './domain.store';
import { GroupEntity, GroupMemberEntity } from './group.entity';
import { LoginNames } from './login-name';
import { MembershipEntity } from './membership.entity';
import { PasswordAuthenticator } from './password-authenticator';
import { PasswordHasher } from './password-hasher';
import { UserEntity } from './user.entity';
import { UserStore } from './user.store';

@Module({
  imports: [
    TypeOrmModule.forFeature([DomainEntity, UserEntity, GroupEntity, GroupMemberEntity, MembershipEntity]),
    ThrottlingModule,
  ],
  providers: [DomainStore, LoginNames, PasswordHasher, PasswordAuthenticator, UserStore],
  exports: [DomainStore, LoginNames, PasswordHasher, PasswordAuthenticator, UserStore],
})
export class UsersModule {}
