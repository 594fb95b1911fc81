//! From the provider block to credentials: the configuration chain that every AWS tool reads, what the block puts in
//! front of it, and its errors as sentences. Prints and logs no secret.

use super::aws::chain_of;
use aws_config::profile::ProfileFileCredentialsProvider;
use aws_config::provider_config::ProviderConfig;
use aws_config::sts::AssumeRoleProvider;
use aws_config::{ConfigLoader, Region, SdkConfig};
use aws_credential_types::provider::future;
use aws_runtime::env_config::file::{EnvConfigFileKind, EnvConfigFiles};
use aws_sdk_ecs::config::{Credentials, ProvideCredentials, SharedCredentialsProvider};
use aws_sdk_ecs::error::ProvideErrorMetadata;
use aws_types::origin::Origin;
use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

/// What the provider block says. Everything else comes from the standard chain: environment, profile, SSO, the
/// container or the instance.
// No Debug: it holds secrets.
#[derive(Clone, Default)]
pub struct Settings {
    pub region: Option<String>,
    pub profile: Option<String>,
    pub shared_config_files: Vec<String>,
    pub shared_credentials_files: Vec<String>,
    pub keys: Option<Keys>,
    pub assume_role: Option<Role>,
    pub max_retries: Option<u32>,
    pub endpoints: Endpoints,
    pub default_tags: BTreeMap<String, String>,
    pub accounts: Accounts,
    pub mutations_per_second: Option<f64>,
    /// Attributes whose value is not known while planning.
    pub unknown: Vec<&'static str>,
}

#[derive(Clone)]
pub struct Keys {
    pub access_key: String,
    pub secret_key: String,
    pub token: Option<String>,
}

#[derive(Clone)]
pub struct Role {
    pub arn: String,
    pub session_name: Option<String>,
    pub external_id: Option<String>,
    pub duration: Option<Duration>,
    pub policy: Option<String>,
    pub policy_arns: Vec<String>,
    pub tags: BTreeMap<String, String>,
}

#[derive(Clone, Default)]
pub struct Endpoints {
    pub elbv2: Option<String>,
    pub elb: Option<String>,
    pub ecs: Option<String>,
    pub ec2: Option<String>,
    pub eks: Option<String>,
    pub sts: Option<String>,
}

/// Which accounts may be changed: all but the forbidden ones, or only the allowed ones.
#[derive(Clone, Default)]
pub struct Accounts {
    pub allowed: Vec<String>,
    pub forbidden: Vec<String>,
}

/// Loads the chain. Credentials are proven to be there, so that what is missing is said once and in plain words.
///
/// # Errors
/// A sentence for the operator.
pub async fn load(mut loader: ConfigLoader, settings: &Settings) -> Result<SdkConfig, String> {
    let files = files(settings);
    if let Some(files) = &files {
        loader = loader.profile_files(files.clone());
    }
    if let Some(profile) = &settings.profile {
        loader = loader.profile_name(profile);
    }
    if let Some(region) = &settings.region {
        loader = loader.region(Region::new(region.clone()));
    }
    let config = loader.load().await;
    let Some(region) = config.region().cloned() else {
        return Err(no_region(settings));
    };
    let base = proven(settings, base(settings, files, &config, region)).await?;
    let provider = match &settings.assume_role {
        None => base,
        Some(role) => proven(settings, assumed(role, settings, &config, base).await).await?,
    };
    let config = config.into_builder().credentials_provider(provider).build();
    belongs(&config, settings).await?;
    Ok(config)
}

/// The files of the block, in place of the user's own.
fn files(settings: &Settings) -> Option<EnvConfigFiles> {
    let (config, credentials) = (&settings.shared_config_files, &settings.shared_credentials_files);
    if config.is_empty() && credentials.is_empty() {
        return None;
    }
    let mut files = EnvConfigFiles::builder()
        .include_default_config_file(config.is_empty())
        .include_default_credentials_file(credentials.is_empty());
    for file in config {
        files = files.with_file(EnvConfigFileKind::Config, file);
    }
    for file in credentials {
        files = files.with_file(EnvConfigFileKind::Credentials, file);
    }
    Some(files.build())
}

/// Keys of the block, else its profile, else the chain. A profile that the block names beats keys in the
/// environment, as in every Terraform provider for AWS.
fn base(
    settings: &Settings,
    files: Option<EnvConfigFiles>,
    config: &SdkConfig,
    region: Region,
) -> SharedCredentialsProvider {
    if let Some(keys) = &settings.keys {
        let token = keys.token.clone();
        let keys = Credentials::new(&keys.access_key, &keys.secret_key, token, None, "provider block");
        return SharedCredentialsProvider::new(keys);
    }
    let chain = config.credentials_provider();
    match (&settings.profile, chain) {
        (None, Some(chain)) => chain,
        (profile, _) => {
            let mut around = ProviderConfig::without_region().with_region(Some(region));
            if let Some(http) = config.http_client() {
                around = around.with_http_client(http);
            }
            let mut builder = ProfileFileCredentialsProvider::builder().configure(&around);
            if let Some(files) = files {
                builder = builder.profile_files(files);
            }
            if let Some(profile) = profile {
                builder = builder.profile_name(profile);
            }
            SharedCredentialsProvider::new(builder.build())
        }
    }
}

/// Asks once, so that what is missing is said once and in plain words.
async fn proven(
    settings: &Settings,
    provider: SharedCredentialsProvider,
) -> Result<SharedCredentialsProvider, String> {
    let first = provider.provide_credentials().await;
    let first = first.map_err(|error| sentence(settings, &chain_of(&error)))?;
    let first = Mutex::new(Some(first));
    Ok(SharedCredentialsProvider::new(Proven {
        first,
        then: provider,
    }))
}

async fn assumed(
    role: &Role,
    settings: &Settings,
    config: &SdkConfig,
    base: SharedCredentialsProvider,
) -> SharedCredentialsProvider {
    let config = at(config, settings.endpoints.sts.as_deref());
    let mut builder = AssumeRoleProvider::builder(&role.arn)
        .session_name(
            role.session_name
                .as_deref()
                .unwrap_or("terraform-provider-bluegreen"),
        )
        .configure(&config);
    if let Some(id) = &role.external_id {
        builder = builder.external_id(id);
    }
    if let Some(duration) = role.duration {
        builder = builder.session_length(duration);
    }
    if let Some(policy) = &role.policy {
        builder = builder.policy(policy);
    }
    if !role.policy_arns.is_empty() {
        builder = builder.policy_arns(role.policy_arns.clone());
    }
    if !role.tags.is_empty() {
        builder = builder.tags(role.tags.clone());
    }
    SharedCredentialsProvider::new(builder.build_from_provider(base).await)
}

fn at(config: &SdkConfig, endpoint: Option<&str>) -> SdkConfig {
    match endpoint {
        None => config.clone(),
        Some(endpoint) => {
            let mut config = config.clone().into_builder();
            // Said by the program: otherwise AWS_ENDPOINT_URL of the environment would win.
            config.insert_origin("endpoint_url", Origin::shared_config());
            config.endpoint_url(endpoint).build()
        }
    }
}

/// Asks who the caller is, if the block says who it may be.
async fn belongs(config: &SdkConfig, settings: &Settings) -> Result<(), String> {
    let Accounts { allowed, forbidden } = &settings.accounts;
    if allowed.is_empty() && forbidden.is_empty() {
        return Ok(());
    }
    let mut sts = aws_sdk_sts::config::Builder::from(config);
    if settings.endpoints.sts.is_some() {
        sts.set_endpoint_url(settings.endpoints.sts.clone());
    }
    let answer = aws_sdk_sts::Client::from_conf(sts.build())
        .get_caller_identity()
        .send()
        .await;
    let answer = answer.map_err(|error| {
        let code = error.code().unwrap_or("no answer").to_owned();
        format!(
            "the account could not be told, because GetCallerIdentity failed ({code}): {}",
            chain_of(&error)
        )
    })?;
    let account = answer.account().unwrap_or_default();
    if forbidden.iter().any(|id| id == account) {
        return Err(format!(
            "these credentials are for account {account}, which `forbidden_account_ids` names"
        ));
    }
    if !allowed.is_empty() && allowed.iter().all(|id| id != account) {
        return Err(format!(
            "these credentials are for account {account}, and `allowed_account_ids` names only {}",
            allowed.join(", ")
        ));
    }
    Ok(())
}

fn no_region(settings: &Settings) -> String {
    let of = settings
        .profile
        .as_ref()
        .map(|profile| format!(" (profile {profile:?} names none)"));
    format!(
        "no AWS region is configured{}: set `region` in the provider block, or AWS_REGION, or a region in the AWS profile",
        of.unwrap_or_default()
    )
}

/// The SDK's words, with what to do in front of them.
fn sentence(settings: &Settings, said: &str) -> String {
    let lower = said.to_lowercase();
    let named = settings.profile.clone();
    let profile = named
        .as_ref()
        .map_or("the profile".to_owned(), |name| format!("profile {name:?}"));
    let login = named.map_or("aws sso login".to_owned(), |name| {
        format!("aws sso login --profile {name}")
    });
    let what = if lower.contains("sso")
        && ["expired", "token", "login"]
            .iter()
            .any(|word| lower.contains(word))
    {
        format!("the SSO session of {profile} is over or was never begun: run `{login}`")
    } else if lower.contains("was not defined") || lower.contains("could not find source profile") {
        format!("{profile} is not in the shared configuration files: check its spelling, or AWS_CONFIG_FILE")
    } else if lower.contains("assume") || lower.contains("accessdenied") || lower.contains("not authorized") {
        match &settings.assume_role {
            Some(role) => format!(
                "role {} could not be assumed: its trust policy must name the caller, and an external id must be the one it asks for",
                role.arn
            ),
            None => format!("a role that {profile} names could not be assumed"),
        }
    } else if lower.contains("no providers in chain")
        || lower.contains("not loaded")
        || lower.contains("not enabled")
    {
        "no AWS credentials were found: set AWS_PROFILE or `profile`, set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or run where a role is attached"
            .to_owned()
    } else {
        "AWS credentials could not be obtained".to_owned()
    };
    format!("{what} ({said})")
}

/// Gives first what was proven, so that proving costs no call more; the clients cache it, and ask again when it expires.
#[derive(Debug)]
struct Proven {
    first: Mutex<Option<Credentials>>,
    then: SharedCredentialsProvider,
}

impl ProvideCredentials for Proven {
    fn provide_credentials<'a>(&'a self) -> future::ProvideCredentials<'a>
    where
        Self: 'a,
    {
        let first = self.first.lock().unwrap_or_else(PoisonError::into_inner).take();
        match first {
            Some(first) => future::ProvideCredentials::ready(Ok(first)),
            None => future::ProvideCredentials::new(self.then.provide_credentials()),
        }
    }
}

#[cfg(test)]
mod tests;
