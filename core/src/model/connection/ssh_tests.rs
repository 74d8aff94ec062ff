use super::*;
use proptest::prelude::*;

/// Reliability S36: in the seed `-p abc` is port 22, no text is the host "", and `-oProxyCommand=id` is a user. api-
/// facts 4.2, row ssh text.
#[test]
fn ssh_target_is_parsed_not_split() {
    for (text, user, host, port) in [
        ("ssh root@h.example -p 22022", "root", "h.example", 22022),
        ("ssh -p 22022 root@h.example", "root", "h.example", 22022),
        ("-p 22022 root@h.example", "root", "h.example", 22022),
        ("root@h.example -p 1", "root", "h.example", 1),
        ("ssh h.example -p 65535", "root", "h.example", 65535),
        ("  ssh   ubuntu@192.0.2.10  -p  22 ", "ubuntu", "192.0.2.10", 22),
        ("ssh root@2001:db8::1 -p 22", "root", "2001:db8::1", 22),
    ] {
        let target = SshTarget::parse(text).unwrap();
        assert_eq!((target.user(), target.host().as_str(), target.port()), (user, host, port), "{text}");
        assert_eq!(target.raw(), text);
    }
    for (text, error) in [
        ("", NotAnSshTarget::NoHost),
        ("ssh", NotAnSshTarget::NoHost),
        ("ssh -p 22", NotAnSshTarget::NoHost),
        ("ssh root@h.example", NotAnSshTarget::NoPort),
        ("ssh root@h.example -p", NotAnSshTarget::BadPort),
        ("ssh root@h.example -p abc", NotAnSshTarget::BadPort),
        ("ssh root@h.example -p 0", NotAnSshTarget::BadPort),
        ("ssh root@h.example -p 65536", NotAnSshTarget::BadPort),
        ("ssh root@h.example -p22", NotAnSshTarget::UnexpectedWord),
        ("ssh root@h.example -p 22 -p 23", NotAnSshTarget::UnexpectedWord),
        ("ssh -oProxyCommand=id root@h.example -p 22", NotAnSshTarget::UnexpectedWord),
        ("ssh -oProxyCommand=id@h.example -p 22", NotAnSshTarget::UnexpectedWord),
        ("ssh root@-oProxyCommand=id -p 22", NotAnSshTarget::BadHost),
        ("ssh root@x;cmd -p 22", NotAnSshTarget::BadHost),
        ("ssh root@$(id) -p 22", NotAnSshTarget::BadHost),
        ("ssh root@h.example -p 22 ; id", NotAnSshTarget::UnexpectedWord),
        ("ssh root@h.example -p 22 id", NotAnSshTarget::UnexpectedWord),
        ("ssh a@b@h.example -p 22", NotAnSshTarget::BadHost),
        ("ssh @h.example -p 22", NotAnSshTarget::BadUser),
        ("ssh Root@h.example -p 22", NotAnSshTarget::BadUser),
        ("ssh 1a@h.example -p 22", NotAnSshTarget::BadUser),
        ("ssh root@h.example\t-p 22", NotAnSshTarget::UnexpectedWord),
        ("ssh root@h.example -p 22\n", NotAnSshTarget::UnexpectedWord),
        ("ssh root@h.example\u{a0}-p 22", NotAnSshTarget::UnexpectedWord),
        ("ssh root@h.example -p 22\u{1b}[2J", NotAnSshTarget::UnexpectedWord),
    ] {
        assert_eq!(SshTarget::parse(text), Err(error), "{text:?}");
    }
}

#[test]
fn the_argument_list_is_exact() {
    let target = SshTarget::parse("ssh root@h.example -p 22022").unwrap();
    assert_eq!(
        target.args().join(" "),
        "-p 22022 -l root -o StrictHostKeyChecking=ask -o ForwardAgent=no -o ForwardX11=no -o PermitLocalCommand=no \
         -o ProxyCommand=none -- h.example"
    );
    assert_eq!(target.command_line(), format!("ssh {}", target.args().join(" ")));
    let with_key = target.args_with(HostKeys::AcceptNew, Some("/k e/y")).join("|");
    assert!(
        with_key.contains("|StrictHostKeyChecking=accept-new|")
            && with_key.contains("|IdentitiesOnly=yes|-i|/k e/y|--|")
    );
    assert_eq!(quoted("it's"), r"'it'\''s'");
    assert_eq!(SshTarget::new("-x", Host::parse("h").unwrap(), 22), None);
    assert_eq!(SshTarget::new("root", Host::parse("h").unwrap(), 22).unwrap().raw(), "ssh root@h -p 22");
    assert_eq!(target.to_string(), "root@h.example:22022");
}

proptest! {
    #[test]
    fn whatever_is_accepted_makes_harmless_arguments(text in "(ssh )?[ -~]{0,30}(@[ -~]{0,20})?( -p [0-9]{1,6})?") {
        if let Ok(target) = SshTarget::parse(&text) {
            let args = target.args();
            let after = args.iter().skip_while(|a| *a != "--").skip(1).collect::<Vec<_>>();
            prop_assert_eq!(after.len(), 1);
            prop_assert!(args.iter().all(|a| a.chars().all(|c| !c.is_control())));
            prop_assert!(!after[0].starts_with('-') && !target.user().starts_with('-'));
            prop_assert!(!target.command_line().contains(['\'', ';', '$', '`', '|', '&']));
        }
    }

    #[test]
    fn any_text_is_a_target_or_an_error(text in "\\PC{0,60}|.{0,60}") {
        let _ = SshTarget::parse(&text);
    }
}
