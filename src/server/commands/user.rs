//! `wxdesk user …`

use clap::{Subcommand, builder::PossibleValuesParser, builder::TypedValueParser};
use secrecy::{ExposeSecret, SecretString};

use super::open;
use crate::{
    features::users::{
        model::{self, Refusal, UserRow},
        server::{Users, people::By},
    },
    infra::config::Place,
    shared::{error::AppError, rights::Role, time},
};

#[derive(Subcommand, Debug)]
pub enum User {
    /// Add a person; the password comes on standard input
    Add {
        /// Name to sign in with [required]
        name: String,
        /// What they may do: admin everything; sender composes and sends; reviewer judges pictures; developer tokens and keys [required]
        #[arg(long, value_parser = roles())]
        role: Role,
    },
    /// List people: name, role, state, last seen
    List,
    /// Switch a person's way in off and end their sessions
    Disable {
        /// Their name [required]
        name: String,
    },
    /// Set a person's password, from standard input, and end their sessions
    Password {
        /// Their name [required]
        name: String,
    },
}

fn roles() -> impl TypedValueParser<Value = Role> {
    PossibleValuesParser::new(Role::ALL.map(Role::word)).try_map(|word| Role::parse(&word).ok_or("no such role"))
}

/// Runs one of the commands.
pub async fn run(place: Place, command: User) -> anyhow::Result<()> {
    let core = open::core(&place).await?;
    let users = open::users(&core).await?;
    let done = act(&users, command).await;
    core.db.close().await;
    done
}

async fn act(users: &Users, command: User) -> anyhow::Result<()> {
    let by = By::command();
    match command {
        User::Add { name, role } => {
            let name = name.trim();
            model::check_name(name).map_err(|said| open::WrongUsage(format!("The name cannot be used. {}", said.en)))?;
            plain(users.add(&by, name, password()?, role).await, name)
        }
        User::List => {
            users.all().await?.iter().for_each(|user| println!("{}", line(user)));
            Ok(())
        }
        User::Disable { name } => plain(users.set_disabled(&by, &id(users, &name).await?, true).await, &name),
        User::Password { name } => {
            let id = id(users, &name).await?;
            plain(users.set_password(&by, &id, password()?).await, &name)
        }
    }
}

async fn id(users: &Users, name: &str) -> anyhow::Result<String> {
    users.id_of(name).await?.ok_or_else(|| anyhow::anyhow!("There is no user {name:?}. wxdesk user list shows who there is."))
}

fn password() -> anyhow::Result<SecretString> {
    let password = open::secret()?;
    model::check_password(password.expose_secret())
        .map_err(|said| anyhow::anyhow!("The password on standard input cannot be used. {}", said.en))?;
    Ok(password)
}

fn plain(outcome: Result<Result<(), Refusal>, AppError>, name: &str) -> anyhow::Result<()> {
    match outcome.map_err(|error| open::sentence(&error))? {
        Ok(()) => Ok(()),
        Err(Refusal::NameTaken) => anyhow::bail!("There is a user {name:?} already. Choose another name, or use wxdesk user password."),
        Err(Refusal::LastAdmin) => anyhow::bail!("{name:?} is the last admin; at least one must remain. Add another admin first."),
        Err(Refusal::NoSuchUser) => anyhow::bail!("There is no user {name:?}."),
    }
}

fn line(user: &UserRow) -> String {
    let state = if user.disabled { "disabled" } else { "active" };
    let seen = user.last_seen_at.map_or_else(|| "never".into(), time::rfc3339);
    format!("{}\t{}\t{state}\t{seen}", user.name, user.role.word())
}
