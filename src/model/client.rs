//! What is kept of a user agent: a family, one of a closed list, and its major version
//! (`redaction.md` §7). Everything else in the header is free text and stays outside.

use std::sync::LazyLock;

use super::lookup::Lookup;

/// Product tokens, the families they name, and how much they tell: browsers pretend to be
/// each other, so Chrome's token counts only without a more particular one.
const FAMILIES: [(&str, &str, u8); 62] = [
    ("AHC", "AsyncHttpClient", 0),
    ("Ansible", "Ansible", 0),
    ("Apache-HttpClient", "Apache HttpClient", 0),
    ("ArgoCD", "Argo CD", 0),
    ("Bitbucket-Webhooks", "Bitbucket webhooks", 0),
    ("Boto3", "AWS SDK", 0),
    ("Chrome", "Chrome", 1),
    ("Chromium", "Chromium", 1),
    ("CriOS", "Chrome", 1),
    ("Deno", "Deno", 0),
    ("Docker-Client", "Docker", 0),
    ("Edg", "Edge", 0),
    ("EdgA", "Edge", 0),
    ("Edge", "Edge", 0),
    ("EdgiOS", "Edge", 0),
    ("Electron", "Electron", 0),
    ("Firefox", "Firefox", 0),
    ("Fluent-Bit", "Fluent Bit", 0),
    ("FxiOS", "Firefox", 0),
    ("GitHub-Hookshot", "GitHub webhooks", 0),
    ("GitLab", "GitLab", 0),
    ("Go-http-client", "Go", 0),
    ("Grafana", "Grafana", 0),
    ("HTTPie", "HTTPie", 0),
    ("HeadlessChrome", "Headless Chrome", 0),
    ("Helm", "Helm", 0),
    ("Java", "Java", 0),
    ("Java-http-client", "Java", 0),
    ("MSIE", "Internet Explorer", 0),
    ("OPR", "Opera", 0),
    ("PostmanRuntime", "Postman", 0),
    ("Prometheus", "Prometheus", 0),
    ("Python-urllib", "Python", 0),
    ("SamsungBrowser", "Samsung Internet", 0),
    ("Terraform", "Terraform", 0),
    ("Trident", "Internet Explorer", 0),
    ("Vector", "Vector", 0),
    ("Version", "Safari", 2),
    ("Vivaldi", "Vivaldi", 0),
    ("Wget", "Wget", 0),
    ("aws-cli", "AWS CLI", 0),
    ("aws-sdk-go", "AWS SDK", 0),
    ("axios", "axios", 0),
    ("consul-template", "Consul template", 0),
    ("containerd", "containerd", 0),
    ("curl", "curl", 0),
    ("docker", "Docker", 0),
    ("fluxcd", "Flux", 0),
    ("git", "git", 0),
    ("git-lfs", "Git LFS", 0),
    ("gitlab-runner", "GitLab runner", 0),
    ("kube-apiserver", "Kubernetes", 0),
    ("kube-controller-manager", "Kubernetes", 0),
    ("kube-scheduler", "Kubernetes", 0),
    ("kubectl", "kubectl", 0),
    ("kubelet", "kubelet", 0),
    ("node", "Node.js", 0),
    ("node-fetch", "Node.js", 0),
    ("okhttp", "OkHttp", 0),
    ("python-httpx", "Python", 0),
    ("python-requests", "Python", 0),
    ("reqwest", "reqwest", 0),
];

static KNOWN: LazyLock<Lookup<(&'static str, u8)>> =
    LazyLock::new(|| Lookup::new(FAMILIES.iter().map(|it| (it.0, (it.1, it.2)))));

const OTHER: &str = "other";
/// A longer version is no version.
const MAJOR_DIGITS_MAX: usize = 4;

/// `Firefox 109`, `curl 8`, `other`. At most 32 bytes.
pub fn reduce(user_agent: &str) -> String {
    let mut best: Option<(u8, &str, &str)> = None;
    let mut rest = user_agent;
    while let Some(start) = rest.bytes().position(is_of_token) {
        let tail = &rest[start..];
        let end = tail.bytes().position(|it| !is_of_token(it));
        let (token, after) = tail.split_at(end.unwrap_or(tail.len()));
        if let Some((family, rank)) = KNOWN.get(token)
            && best.is_none_or(|(least, _, _)| rank < least)
        {
            best = Some((rank, family, after));
        }
        rest = after;
    }
    match best.map(|(_, family, after)| (family, major(after))) {
        Some((family, "")) => family.to_owned(),
        Some((family, major)) => format!("{family} {major}"),
        None => OTHER.to_owned(),
    }
}

/// The major version behind a product's token, or nothing.
fn major(after: &str) -> &str {
    let version = after.strip_prefix(['/', ' ']).unwrap_or_default();
    let version = version.strip_prefix('v').unwrap_or(version);
    let digits = version.bytes().take_while(u8::is_ascii_digit).count();
    let ends_there = !version[digits..].bytes().next().is_some_and(is_of_token);
    if digits <= MAJOR_DIGITS_MAX && ends_there {
        &version[..digits]
    } else {
        ""
    }
}

fn is_of_token(it: u8) -> bool {
    it.is_ascii_alphanumeric() || it == b'-' || it == b'_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_user_agent_is_reduced_to_family_and_major_version() {
        let case = |text: &str, expected: &str| assert_eq!(reduce(text), expected, "{text}");
        let chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) \
            Chrome/126.0.0.0 Safari/537.36";
        case(chrome, "Chrome 126");
        case(&format!("{chrome} Edg/126.0.0.0"), "Edge 126");
        case(
            "Mozilla/5.0 (X11; rv:109.0) Gecko/20100101 Firefox/109.0",
            "Firefox 109",
        );
        case(
            "Mozilla/5.0 (Macintosh) Version/16.6 Safari/605.1",
            "Safari 16",
        );
        case(
            "kubectl/v1.28.0 (linux/amd64) kubernetes/b46a3f8",
            "kubectl 1",
        );
        case("git/2.41.5", "git 2");
        case("curl/8.5.0", "curl 8");
        case("curl", "curl");
        case("curl/123456789", "curl");
        case("curl/8x9f3kq27", "curl");
        case("digit/3", "other");
        case("ghp_0123456789", "other");
        case("", "other");
    }

    #[test]
    fn the_result_is_from_a_closed_list() {
        assert!(FAMILIES.is_sorted_by(|a, b| a.0 < b.0));
        assert!(FAMILIES.iter().all(|(_, family, _)| family.len() <= 24));
    }
}
