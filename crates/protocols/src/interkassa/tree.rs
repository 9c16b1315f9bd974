//! Fields with nested names: `ik_products[0][name]` is a member of a member of one field.

use std::collections::BTreeMap;

/// How deep names may be nested; the deepest seen is a basket's three.
const DEPTH_MAX: usize = 6;

/// Fields by name. They are kept in the order of their names' bytes, which is the order of signatures.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub(super) struct Tree(BTreeMap<String, Node>);

/// What stands under a name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Node {
    /// A value.
    Text(String),
    /// Members, in brackets behind the name.
    Tree(Tree),
}

/// Why a field has no place in a tree.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Misplaced {
    /// The brackets of the name do not close, or there are too many.
    Name,
    /// There is a field of this name already.
    Repeated,
}

impl Tree {
    /// Puts a field in its place. An empty pair of brackets takes the next free number, as PHP has it.
    ///
    /// # Errors
    /// A malformed name, and a name that is taken.
    pub(super) fn insert(&mut self, name: &str, value: String) -> Result<(), Misplaced> {
        let steps = steps(name).ok_or(Misplaced::Name)?;
        let (last, before) = steps.split_last().ok_or(Misplaced::Name)?;
        let mut tree = self;
        for step in before {
            let step = tree.step(step);
            let node = tree.0.entry(step).or_insert_with(|| Node::Tree(Tree::default()));
            tree = match node {
                Node::Tree(tree) => tree,
                Node::Text(_) => return Err(Misplaced::Repeated),
            };
        }
        let last = tree.step(last);
        match tree.0.insert(last, Node::Text(value)) {
            None => Ok(()),
            Some(Node::Text(_) | Node::Tree(_)) => Err(Misplaced::Repeated),
        }
    }

    fn step(&self, written: &str) -> String {
        if !written.is_empty() {
            return written.to_owned();
        }
        let taken = self.0.keys().filter_map(|key| key.parse::<u32>().ok()).max();
        taken.map_or(0, |taken| taken.saturating_add(1)).to_string()
    }

    /// What stands under a name.
    pub(super) fn get(&self, name: &str) -> Option<&Node> {
        self.0.get(name)
    }

    /// The value under a name; `None` if there is none, or only members.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        match self.get(name)? {
            Node::Text(text) => Some(text),
            Node::Tree(_) => None,
        }
    }

    /// The members under a name; `None` if there is a value or nothing.
    pub(super) fn members(&self, name: &str) -> Option<&Tree> {
        match self.get(name)? {
            Node::Text(_) => None,
            Node::Tree(tree) => Some(tree),
        }
    }

    /// Removes a field.
    pub(super) fn remove(&mut self, name: &str) -> Option<Node> {
        self.0.remove(name)
    }

    /// The fields in order.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&str, &Node)> {
        self.0.iter().map(|(name, node)| (name.as_str(), node))
    }

    /// Every value in the order of signatures: members are spliced into their field's place, depth first.
    pub(super) fn values(&self) -> Vec<&str> {
        self.iter().flat_map(|(_, node)| node.values()).collect()
    }

    /// Every value with its whole name, in the same order.
    pub(super) fn pairs(&self) -> Vec<(String, &str)> {
        self.iter().flat_map(|(name, node)| node.pairs(name.to_owned())).collect()
    }
}

impl Node {
    fn values(&self) -> Vec<&str> {
        match self {
            Node::Text(text) => vec![text],
            Node::Tree(tree) => tree.values(),
        }
    }

    /// Every value under this node with its whole name, given the name of the node.
    pub(super) fn pairs(&self, name: String) -> Vec<(String, &str)> {
        match self {
            Node::Text(text) => vec![(name, text)],
            Node::Tree(tree) => {
                tree.iter().flat_map(|(step, node)| node.pairs(format!("{name}[{step}]"))).collect()
            }
        }
    }
}

/// The name before its brackets.
pub(super) fn top(name: &str) -> &str {
    name.split('[').next().unwrap_or_default()
}

/// The steps of a name: what stands before the brackets and in each of them.
fn steps(name: &str) -> Option<Vec<&str>> {
    let first = top(name);
    let mut steps = vec![first];
    let mut rest = name.strip_prefix(first)?;
    while !rest.is_empty() {
        let (step, after) = rest.strip_prefix('[')?.split_once(']')?;
        if step.contains('[') || steps.len() >= DEPTH_MAX {
            return None;
        }
        steps.push(step);
        rest = after;
    }
    (!first.is_empty()).then_some(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(fields: &[(&str, &str)]) -> Tree {
        let mut tree = Tree::default();
        for (name, value) in fields {
            tree.insert(name, (*value).to_owned()).unwrap();
        }
        tree
    }

    #[test]
    fn values_come_in_the_order_of_names_and_members_in_their_fields_place() {
        let basket = [("p[2][b]", "5"), ("p[10][a]", "2"), ("q", "6"), ("a", "0"), ("p[2][a]", "4")];
        let tree = tree(&[&basket[..], &[("p[0]", "1"), ("p[10][b]", "3")]].concat());
        assert_eq!(tree.values(), ["0", "1", "2", "3", "4", "5", "6"]);
        let names: Vec<String> = tree.pairs().into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a", "p[0]", "p[10][a]", "p[10][b]", "p[2][a]", "p[2][b]", "q"]);
    }

    #[test]
    fn empty_brackets_count_up() {
        let tree = tree(&[("a[]", "x"), ("a[4]", "y"), ("a[]", "z"), ("b[c][]", "w")]);
        assert_eq!(tree.members("a").unwrap().pairs().len(), 3);
        assert_eq!(tree.members("a").unwrap().text("5"), Some("z"));
        assert_eq!(tree.members("b").unwrap().members("c").unwrap().text("0"), Some("w"));
        assert_eq!((tree.text("a"), tree.text("d")), (None, None));
    }

    #[test]
    fn a_name_that_is_taken_or_broken_has_no_place() {
        for (first, second) in
            [("a", "a"), ("a", "a[b]"), ("a[b]", "a"), ("a[b]", "a[b]"), ("a[b]", "a[b][c]")]
        {
            let mut tree = tree(&[(first, "1")]);
            assert_eq!(tree.insert(second, "2".to_owned()), Err(Misplaced::Repeated), "{first} {second}");
        }
        for name in ["", "[a]", "a[", "a[b", "a[b]c", "a[b[c]]", "a]b[c", "a[1][2][3][4][5][6]"] {
            assert_eq!(Tree::default().insert(name, String::new()), Err(Misplaced::Name), "{name}");
        }
    }
}
