//! Text of the service on a terminal.

use crate::shell::{Shell, quick};

/// Reliability O19.
#[test]
fn terminal_output_is_inert() {
    let evil = r"1x [link=x]RTX\u001b[31m 4090\u001b]0;owned\u0007[/red]\u202e\u009b2J";
    let row = format!(
        r#"{{"id":7,"rented":false,"reliability":1,"specs":{{"gpu":"{evil}","net":{{"cc":"\u001b["}}}},"gpu_array":["{evil}"],"price":{{"on_demand":{{"CLORE-Blockchain":5,"\u001b[2Jcoin":6}},"usd":{{"on_demand_clore":2}}}}}}"#
    );
    let market = format!(r#"{{"servers":[{row},{{"id":"\u001b[2J"}}],"code":0}}"#);
    let market = clore_sandbox::Market::from_json(market.as_bytes()).unwrap();
    let shell = Shell::with(quick().market(market)).with_key();
    let mut seen = String::new();
    for arguments in [
        &["search"][..],
        &["search", "--json"],
        &["search", "--gpu-like", "4090", "--max-price", "1"],
        &["rent", "--yes", "--poll", "0.05", "--timeout", "5"],
        &["orders"],
        &["orders", "--json", "--completed"],
    ] {
        let run = shell.run(arguments);
        assert_eq!(run.code, 0, "{arguments:?} {}", run.err);
        seen += &(run.out + &run.err);
    }
    assert!(seen.contains("[link=x]RTX"), "{seen}");
    let bad = seen.chars().find(|c| *c != '\n' && !clore_core::excerpt::is_harmless(*c));
    assert_eq!(bad, None, "{seen:?}");
}
